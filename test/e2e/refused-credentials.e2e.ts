import { useAct } from "./support/act.ts";

const act = useAct();

test("a job that continues after refused credentials succeeds, and sent them once", async () => {
  const user = await act.user();
  const run = await act.run("refused-credentials.yml", { user, password: "an old p@ssword, 100%" });
  expect(run.code).toBe(0);
  expect(run.log).toContain("Fastly rejected the username or password.");
  expect(run.log).toContain("Deployed without a purge.");
  expect(run.log).toContain("Main left no live Fastly token, so there is nothing to revoke.");
  const requests = await act.emulator.requests();
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /tokens"]);
  expect(requests[0]?.refusedCredentials).toBe(true);
});
