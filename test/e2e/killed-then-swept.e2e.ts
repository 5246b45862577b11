import { stall } from "../support/faults.ts";
import { useAct } from "./support/act.ts";

const act = useAct();

test("the sweep takes what a killed act left", async () => {
  const user = await act.user();
  const purge = { method: "POST", path: "/service/:id/purge_all" };
  await act.emulator.inject("POST /service/:id/purge_all", stall("before"));
  const run = await act.start("plain-deploy.yml", { user });
  await act.nextRequest(purge);
  await run.kill();
  const killed = await run.done;
  expect(killed.code).toBe(null);
  expect(killed.log).not.toContain("Run Post");
  const left = await act.emulator.liveTokens(user.userId);
  expect(left).toHaveLength(1);

  const sweep = await act.run("sweep.yml", { user });
  expect(sweep.code).toBe(0);
  expect(sweep.log).toContain("Swept = 1, kept = 0");
});

// A second interrupt makes act kill post as well, which GitHub's runner does only after five minutes.
test("the sweep takes what an act interrupted twice left", async () => {
  const user = await act.user();
  const purge = { method: "POST", path: "/service/:id/purge_all" };
  await act.emulator.inject("POST /service/:id/purge_all", stall("before"));
  await act.emulator.inject("DELETE /tokens/self", stall("before"));
  const run = await act.start("plain-deploy.yml", { user });
  await act.nextRequest(purge);
  run.signal("SIGINT");
  await act.nextRequest({ method: "DELETE", path: "/tokens/self" });
  run.signal("SIGINT");
  const interrupted = await run.done;
  expect(interrupted.code).toBe(1);
  expect(interrupted.log).not.toContain("Revoked");
  expect(await act.emulator.liveTokens(user.userId)).toHaveLength(1);

  const sweep = await act.run("sweep.yml", { user });
  expect(sweep.code).toBe(0);
  expect(sweep.log).toContain("Swept = 1, kept = 0");
});
