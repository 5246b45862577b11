import { machineClock, useAction } from "../support/action.ts";

const action = useAction();

/** A 400 that does not say what it means may be about the password. */
test.each([
  ["is cut short", { kind: "truncate" }],
  [
    "is in words of somebody else",
    { kind: "answer", when: "after", status: 400, body: '{"msg":"Bad credentials"}' },
  ],
  [
    "speaks of a limit of sign-ins",
    { kind: "answer", when: "after", status: 400, body: '{"msg":"sign-in limit"}' },
  ],
  ["is a 401", { kind: "answer", when: "after", status: 401, body: "" }],
  ["is a 403", { kind: "answer", when: "after", status: 403, body: "" }],
] as const)("a refusal that %s, met by a machine whose clock is off", async (_, fault) => {
  const user = await action.user();
  await action.emulator.fault({ match: { method: "POST", path: "/tokens" }, times: "always", fault });
  const job = await action.job({
    user: { ...user, password: "wrong" },
    inputs: { password: "wrong", timeout: "5s" },
    env: machineClock(60_000),
  });
  expect((await job.run("main")).conclusion).toBe("failure");
  expect((await job.run("post")).conclusion).toBe("success");
  expect(await job.requests()).toHaveLength(1);
  await action.emulator.clearFaults();
});

test("nor where an answer was lost before the refusal came", async () => {
  const match = { method: "POST", path: "/tokens" };
  await action.emulator.fault({ match, times: 1, fault: { kind: "cut", when: "before" } });
  await action.emulator.fault({
    match,
    times: "always",
    fault: { kind: "answer", when: "before", status: 401 },
  });
  const job = await action.job({ inputs: { timeout: "10s" } });
  expect((await job.run("main")).conclusion).toBe("failure");
  await job.run("post");
  expect(await job.requests()).toEqual(["POST /tokens -", "POST /tokens 401"]);
  await action.emulator.clearFaults();
});
