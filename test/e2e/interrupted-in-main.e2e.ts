import { stall } from "../support/faults.ts";
import { useAct } from "./support/act.ts";

const act = useAct();

// GitHub's runner would send SIGINT to main first. Under act main is killed on the spot, with what it has saved so far.
test("post finds the token whose create act interrupted", async () => {
  const user = await act.user();
  const create = { method: "POST", path: "/tokens" };
  await act.emulator.inject("POST /tokens", stall("after"));
  const run = await act.start("plain-deploy.yml", { user });
  await act.nextRequest({ ...create, phase: "committed" });
  expect(await act.emulator.liveTokens(user.userId)).toHaveLength(1);
  run.signal("SIGINT");
  const { code, log, tokens } = await run.done;
  expect(code).toBe(1);
  expect(tokens).toEqual([]);
  expect(log).toContain("this step has been cancelled: signal: killed");
  const [lost] = (await act.emulator.tokens()).filter(({ user_id }) => user_id === user.userId);
  expect(log).toContain(`Revoked Fastly token ${lost?.id}.`);
});

test("post reports the create that act interrupted, and whose token may still appear", async () => {
  const user = await act.user();
  const create = { method: "POST", path: "/tokens" };
  await act.emulator.inject("POST /tokens", stall("before"));
  const run = await act.start("plain-deploy.yml", { user });
  await act.nextRequest(create);
  run.signal("SIGINT");
  const { code, log } = await run.done;
  expect(code).toBe(1);
  expect(log).toContain("it is too early to say that the token was not created");
});
