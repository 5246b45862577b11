import { isNameOf } from "../../../src/token/token-name.ts";
import type { Made, Run } from "../run.ts";
import { holds, judged, notChecked, type Verdict } from "../verdict.ts";
import { type Check, judgedRefusal, longestFreshMs, namesById, seconds, textOf } from "./check.ts";

/** After this time, in milliseconds, the actions take "not known" for an answer (src/token/token-status.ts). */
const youthMs = 3_500;

const looks = 3;

export const fresh: Check = {
  names: ["known-soon"],
  check: async (run) => {
    const token = await run.needToken({ scope: "purge_select" });
    const knownAt = await firstKnown(run, token);
    run.freshMs = knownAt ?? longestFreshMs;
    if (knownAt === undefined)
      return { "known-soon": judged(false, `it was not known after ${seconds(longestFreshMs)}`) };
    if (knownAt > youthMs) return { "known-soon": judged(false, `it was known after ${seconds(knownAt)}`) };
    await run.wait(Math.max(0, token.askedAt + youthMs - Date.now()));
    let known = 0;
    for (let look = 0; look < looks; look++) if (await isKnown(run, token)) known++;
    const saw = `known after ${seconds(knownAt)}; after ${seconds(youthMs)}, in ${known} of ${looks} looks`;
    return { "known-soon": judged(known === looks, saw) };
  },
};

async function firstKnown(run: Run, token: Made): Promise<number | undefined> {
  while (Date.now() - token.askedAt < longestFreshMs) {
    if (await isKnown(run, token)) return Date.now() - token.askedAt;
    await run.wait(250);
  }
  return undefined;
}

/** Its key works, and the list shows it. */
async function isKnown(run: Run, token: Made): Promise<boolean> {
  const own = await run.ask({ method: "GET", path: "/tokens/self", key: token.key });
  const list = await run.ask({ method: "GET", path: "/tokens", key: run.needSession().key });
  return own.status === 200 && namesById(list).has(token.id);
}

export const names: Check = {
  names: ["name-kept", "name-length", "list-whole", "helper-global", "revoke-by-id", "id-dead"],
  check: async (run) => {
    const { id: own, key } = run.needSession();
    const token = await run.needToken({ scope: "purge_select", label: "x".repeat(255) });
    const list = await run.ask({ method: "GET", path: "/tokens", key });
    const listed = namesById(list);
    const name = listed.get(token.id) ?? "";
    const revoked = await run.ask({ method: "DELETE", path: `/tokens/${token.id}`, key });
    if (revoked.status === 204) run.ended(token);
    const dead = await run.ask({ method: "GET", path: `/tokens/${token.id}`, key });
    const deadAgain = await run.ask({ method: "DELETE", path: `/tokens/${token.id}`, key });
    return {
      "name-kept": judged(
        isNameOf(name, token.name),
        `${name.length} of ${token.name.length} characters came back`,
      ),
      "name-length": judged(
        name === token.name,
        `${name.length} of ${token.name.length} characters came back`,
      ),
      "list-whole": judged(
        listed.has(own) && listed.has(token.id) && list.headers.link === undefined,
        `${listed.size} tokens in one response`,
      ),
      "helper-global": judged(
        list.status === 200 && revoked.status === 204,
        `list: ${list.saw}; revoke: ${revoked.saw}`,
      ),
      "revoke-by-id": judged(revoked.status === 204 && revoked.body === "", revoked.saw),
      "id-dead":
        revoked.status === 204
          ? judged(
              [dead, deadAgain].every(({ error }) => error?.code === "not-found"),
              `read: ${dead.saw}; revoke: ${deadAgain.saw}`,
            )
          : notChecked("the token could not be revoked"),
    };
  },
};

const scopes = ["global", "purge_all", "purge_select", "global:read"] as const;

export const selfRevocation: Check = {
  names: ["self-revoke-any-scope", "key-revoked", "self-revoke-403"],
  check: async (run) => {
    const results: string[] = [];
    let dead: Made | undefined;
    for (const scope of scopes) {
      const token = await run.needToken({ scope });
      const { status, saw } = await run.endSelf(token);
      if (status === 204) dead = token;
      else results.push(`${scope}: ${saw}`);
    }
    const anyScope =
      results.length === 0 ? holds(`HTTP 204 for ${scopes.join(", ")}`) : judged(false, results.join("; "));
    if (!dead) return { "self-revoke-any-scope": anyScope };
    return {
      "self-revoke-any-scope": anyScope,
      "key-revoked": judgedRefusal(
        await run.ask({ method: "GET", path: "/tokens/self", key: dead.key }),
        401,
        403,
      ),
      "self-revoke-403": judgedRefusal(await run.endSelf(dead), 401, 403, 404),
    };
  },
};

export const readOnly: Check = {
  names: ["read-only-writes"],
  check: async (run) => {
    const [reader, other] = [
      await run.needToken({ scope: "global:read" }),
      await run.needToken({ scope: "purge_select" }),
    ];
    const answer = await run.ask({ method: "DELETE", path: `/tokens/${other.id}`, key: reader.key });
    if (answer.status === 204) run.ended(other);
    return { "read-only-writes": judgedRefusal(answer, 403) };
  },
};

export const services: Check = {
  names: ["services-kept", "service-not-covered"],
  check: async (run) => {
    const { service, otherService } = run.account;
    if (service === undefined) {
      const verdict = notChecked("FASTLY_SERVICE_ID is not set");
      return { "services-kept": verdict, "service-not-covered": verdict };
    }
    const { answer, token } = await run.create({ scope: "global:read", services: [service] });
    if (!token) return { "services-kept": judged(false, answer.saw) };
    const { services } = answer.json as { services?: unknown };
    const isKept = Array.isArray(services) && services.length === 1 && services[0] === service;
    return {
      "services-kept": judged(
        isKept,
        isKept ? "the one that was asked for" : "not the one that was asked for",
      ),
      "service-not-covered": await notCovered(run, token, otherService),
    };
  },
};

async function notCovered(run: Run, { key }: Made, otherService: string | undefined): Promise<Verdict> {
  if (otherService === undefined) return notChecked("FASTLY_OTHER_SERVICE_ID is not set");
  return judgedRefusal(await run.ask({ method: "GET", path: `/service/${otherService}`, key }), 403, 404);
}

export const customer: Check = {
  names: ["customer-list"],
  check: async (run) => {
    const { key, id } = run.needSession();
    const own = await run.ask({ method: "GET", path: "/tokens/self", key });
    const customerId = textOf(own.json, "customer_id");
    if (customerId === undefined)
      return { "customer-list": notChecked("the token does not say whose it is") };
    const list = await run.ask({ method: "GET", path: `/customer/${customerId}/tokens`, key });
    if (list.status === 403) return { "customer-list": notChecked("the user is not a superuser") };
    const listed = namesById(list);
    return { "customer-list": judged(listed.has(id), `${listed.size} tokens in one response`) };
  },
};
