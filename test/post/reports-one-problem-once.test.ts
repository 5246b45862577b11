import { createServer } from "node:net";
import { listen, passOn } from "../network/support/relay.ts";
import { messagesOf, useAction } from "../support/action.ts";
import { cut, respond, stall } from "../support/faults.ts";

const action = useAction();

/** A job that has a token, beside one whose response was lost. */
async function jobWithALostToken(inputs: Record<string, string> = {}) {
  const job = await action.job({ inputs });
  await action.emulator.inject("POST /tokens", cut("after"));
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  return {
    job,
    id: main.outputs["token-id"] ?? "",
    serial: / \w{20}\./.exec(main.outputs.name ?? "")?.[0] ?? "",
  };
}

test("a refused token and a lost one, with no helper token for either: one warning with both reasons", async () => {
  const { job, id, serial } = await jobWithALostToken({ timeout: "6s" });
  const refusal = respond(403, { msg: "Forbidden" });
  await action.emulator.inject("DELETE /tokens/self", refusal, { times: "always" });
  await action.emulator.inject("POST /tokens", respond(400, { msg: "invalid_grant" }), { times: "always" });
  const post = await job.run("post");
  const [message = "", ...others] = messagesOf(post, "warning");
  expect(others).toEqual([]);
  expect(message).toMatch(/^Fastly tokens may be alive\. No helper token could be created\. .*invalid_grant/);
  expect(message).toMatch(/does not let this token revoke itself.*HTTP 403, Forbidden/);
  expect(message).toContain(`${id} (expires at`);
  expect(message).toContain(`${serial}1 `);
});

test("a server that connects and never responds: explained once, with both requests, then the helper token", async () => {
  const job = await action.job({ inputs: { timeout: "4s" } });
  await job.run("main");
  for (const operation of ["DELETE /tokens/self", "POST /tokens"] as const)
    await action.emulator.inject(operation, stall("before"), { times: "always" });
  const [message = "", helpers, ...others] = messagesOf(await job.run("post"), "warning");
  expect(others).toEqual([]);
  expect(message.match(/did not respond in time/g)).toHaveLength(1);
  expect(message).toMatch(
    /\(POST \/tokens: no complete response.*\(DELETE \/tokens\/self: no complete response/,
  );
  expect(helpers).toMatch(/^Leftover helper tokens? .*named /);
});

test("an outage that no request of one token got past, and that another one's create may have: one warning", async () => {
  const { port } = new URL(action.emulator.url);
  const relay = await listen(createServer((socket) => passOn(socket, Number(port))));
  const { job, id, serial } = await jobWithALostToken({
    "api-url": `http://127.0.0.1:${relay.port}`,
    timeout: "3s",
  });
  await relay.end();
  const [message = "", ...others] = messagesOf(await job.run("post"), "warning");
  expect(others).toEqual([]);
  expect(message).toMatch(/^Fastly tokens may be alive\. .*could not be reached/);
  for (const which of [id, `${serial}1 `]) expect(message).toContain(which);
});
