import { parseTokenName } from "../../src/token/token-name.ts";
import { machineClock, messagesOf, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { cut, respond, stall, truncate } from "../support/faults.ts";

const action = useAction();

const html = "<html><body>Bad gateway</body></html>";

const faults: [what: string, fault: Fault, made: number][] = [
  ["cut before it took effect", cut("before"), 1],
  ["cut after it took effect", cut("after"), 2],
  ["truncated", truncate(), 2],
  ["HTML in its place", respond(200, html, { when: "after" }), 2],
  ["an empty body in its place", respond(200, "", { when: "after" }), 2],
  ["500", respond(500, { msg: "oops" }, { when: "after" }), 2],
  ["502", respond(502, html, { when: "after" }), 2],
  ["408", respond(408, "", { when: "after" }), 2],
  ["202", respond(202, {}, { when: "after" }), 2],
];

test.each(faults)("%s: main gets a token all the same, and post ends both", async (_, fault, made) => {
  await action.emulator.inject("POST /tokens", fault);
  const job = await action.job();
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  expect(main.log).toMatch(/response to the request to create the token was lost/);
  expect(await job.alive()).toBe(made);
  const names = (await action.emulator.liveTokens(job.user.userId)).map(({ name }) =>
    parseTokenName(name ?? ""),
  );
  expect(new Set(names.map((name) => name?.nonce)).size).toBe(1);
  expect(new Set(names.map((name) => name?.serial)).size).toBe(made);

  // A minute later, what is not in Fastly's list was never created.
  const post = await job.run("post", { env: machineClock(70_000) });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("it gives up after three, and post ends them all", async () => {
  await action.emulator.inject("POST /tokens", cut("after"), { times: 3 });
  const job = await action.job();
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error").join()).toMatch(/connection to Fastly's API broke.*tried 3 times/);
  expect(await job.alive()).toBe(3);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("a server error that states the hourly limit is not waited out for an hour", async () => {
  const headers = {
    "Fastly-RateLimit-Remaining": "900",
    "Fastly-RateLimit-Reset": String((Date.now() / 1000 + 3000) | 0),
  };
  await action.emulator.inject("POST /tokens", respond(503, { msg: "busy" }, { headers }));
  expect(await action.main()).toMatchObject({ conclusion: "success" });
});

test("an answer that does not come in time counts as lost", async () => {
  await action.emulator.inject("POST /tokens", stall("after"));
  const job = await action.job({ inputs: { timeout: "8s" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  expect(main.log).toMatch(/no complete response within [\d.]+ s/);
  await job.run("post");
  expect(await job.alive()).toBe(0);
});
