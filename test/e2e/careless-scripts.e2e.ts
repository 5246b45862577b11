import { useAct } from "./support/act.ts";

const act = useAct();

// Beyond this, as after every test: no form of the password or of a token stands in act's log.
test("what careless scripts print of the secrets is masked", async () => {
  const user = await act.user();
  const run = await act.run("careless-scripts.yml", { user });
  expect(run.code).toBe(0);
  expect(run.tokens).toHaveLength(1);
  expect(run.log).toContain("FASTLY_API_TOKEN=***");
  expect(run.log).toContain("The token is ***, or ***.");
  expect(run.log).toContain("::warning::purging with ***");
  expect(run.log).toContain("Purged with ***");
  expect(run.log).toContain('{"secret":"***"} *** ***');
  expect(run.log).toContain("Basic ***");
});

test("what act itself prints of the secrets with debugging on is masked", async () => {
  const user = await act.user();
  const run = await act.run("plain-deploy.yml", { user, args: ["--verbose"] });
  expect(run.code).toBe(0);
  expect(run.tokens).toHaveLength(1);
  expect(run.log).toContain("INPUT_PASSWORD:***");
});
