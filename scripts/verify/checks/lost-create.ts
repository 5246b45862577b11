import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { proxyFor } from "../../../src/http/proxy.ts";
import { isNameOf } from "../../../src/token/token-name.ts";
import { headersOf } from "../probe.ts";
import { holds, notChecked, type Verdicts } from "../verdict.ts";
import { type Check, namesById, seconds } from "./check.ts";

const longestLookMs = 15_000;

/** A create whose client hangs up as soon as it has sent it. */
export const lostCreate: Check = {
  names: ["create-lost", "create-settles"],
  check: async (run) => {
    const { key } = run.needSession();
    const url = new URL(`${run.account.apiUrl.replace(/\/+$/, "")}/tokens`);
    if (proxyFor(url, process.env)) return both(notChecked("a proxy stands in between"));
    // Without sudo mode no token would come of it.
    if (!run.isInSudoMode) return both(notChecked("Fastly did not let the key create tokens (sudo mode)"));
    const { name, form } = run.intend({ scope: "purge_select" });
    const sentAt = Date.now();
    await sendAndHangUp(
      url,
      headersOf({ method: "POST", path: "/tokens", key, form }, "verify"),
      form.toString(),
    );
    while (Date.now() - sentAt < longestLookMs) {
      const listed = namesById(await run.ask({ method: "GET", path: "/tokens", key }));
      const appeared = [...listed.values()].some((shown) => isNameOf(shown, name));
      if (appeared) {
        const saw = holds(`the token appeared ${seconds(Date.now() - sentAt)} after the request was sent`);
        return { "create-lost": saw, "create-settles": saw };
      }
      await run.wait(500);
    }
    return both(
      notChecked(`no token appeared within ${seconds(longestLookMs)}: this one was not made, or later`),
    );
  },
};

function both(verdict: Verdicts[string]): Verdicts {
  return { "create-lost": verdict, "create-settles": verdict };
}

async function sendAndHangUp(url: URL, headers: Record<string, string>, body: string): Promise<void> {
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const options = {
    method: "POST",
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
    agent: false,
  };
  await new Promise<void>((resolve, reject) => {
    const request = send(url, options);
    request.once("error", reject);
    request.once("finish", () => {
      request.off("error", reject);
      // What comes now is the end of the connection, which is meant.
      request.on("error", () => {});
      request.destroy();
      resolve();
    });
    request.end(body);
  });
}
