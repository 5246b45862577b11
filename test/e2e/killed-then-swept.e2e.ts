import { useAct } from "./support/act.ts";

const act = useAct();

test("the sweep takes what a killed act left", async () => {
  const user = await act.user();
  const purge = { method: "POST", path: "/service/:id/purge_all" };
  await act.emulator.fault({ match: purge, times: 1, fault: { kind: "stall", when: "before" } });
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
  const revoke = { method: "DELETE", path: "/tokens/self" };
  await act.emulator.fault({ match: purge, times: 1, fault: { kind: "stall", when: "before" } });
  await act.emulator.fault({ match: revoke, times: 1, fault: { kind: "stall", when: "before" } });
  const run = await act.start("plain-deploy.yml", { user });
  await act.nextRequest(purge);
  run.signal("SIGINT");
  await act.nextRequest(revoke);
  run.signal("SIGINT");
  const interrupted = await run.done;
  expect(interrupted.code).toBe(1);
  expect(interrupted.log).not.toContain("Revoked");
  expect(await act.emulator.liveTokens(user.userId)).toHaveLength(1);

  const sweep = await act.run("sweep.yml", { user });
  expect(sweep.code).toBe(0);
  expect(sweep.log).toContain("Swept = 1, kept = 0");
});
