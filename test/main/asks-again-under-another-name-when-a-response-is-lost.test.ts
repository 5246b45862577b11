import { parseTokenName } from "../../src/token/token-name.ts";
import { answerNext, machineClock, told, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";

const action = useAction();

const html = "<html><body>Bad gateway</body></html>";

const faults: [what: string, fault: Fault, made: number][] = [
  ["cut before it took effect", { kind: "cut", when: "before" }, 1],
  ["cut after it took effect", { kind: "cut", when: "after" }, 2],
  ["truncated", { kind: "truncate" }, 2],
  [
    "HTML in its place",
    { kind: "answer", when: "after", status: 200, body: html, contentType: "text/html" },
    2,
  ],
  ["an empty body in its place", { kind: "answer", when: "after", status: 200 }, 2],
  [
    "500",
    { kind: "answer", when: "after", status: 500, body: '{"msg":"oops"}', contentType: "application/json" },
    2,
  ],
  ["502", { kind: "answer", when: "after", status: 502, body: html }, 2],
  ["408", { kind: "answer", when: "after", status: 408 }, 2],
  ["202", { kind: "answer", when: "after", status: 202, body: "{}" }, 2],
];

test.each(faults)("%s: main gets a token all the same, and post ends both", async (_, fault, made) => {
  await action.emulator.fault({ match: { method: "POST", path: "/tokens" }, times: 1, fault });
  const job = await action.job();
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  expect(main.log).toMatch(/response to the create was lost/);
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
  await action.emulator.fault({
    match: { method: "POST", path: "/tokens" },
    times: 3,
    fault: { kind: "cut", when: "after" },
  });
  const job = await action.job();
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  expect(told(main, "error").join()).toMatch(/connection to Fastly's API broke.*tried 3 times/);
  expect(await job.alive()).toBe(3);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("a server error that states the hourly limit is not waited out for an hour", async () => {
  const headers = {
    "Fastly-RateLimit-Remaining": "900",
    "Fastly-RateLimit-Reset": String((Date.now() / 1000 + 3000) | 0),
  };
  await answerNext(action.emulator, ["POST", "/tokens"], { status: 503, json: { msg: "busy" }, headers });
  expect(await action.main()).toMatchObject({ conclusion: "success" });
});

test("an answer that does not come in time counts as lost", async () => {
  await action.emulator.fault({
    match: { method: "POST", path: "/tokens" },
    times: 1,
    fault: { kind: "stall", when: "after" },
  });
  const job = await action.job({ inputs: { timeout: "8s" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  expect(main.log).toMatch(/no complete response within 2 s/);
  await job.run("post");
  expect(await job.alive()).toBe(0);
});
