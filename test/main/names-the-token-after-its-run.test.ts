import { parseTokenName } from "../../src/token/token-name.ts";
import { useAction } from "../support/action.ts";

const action = useAction();

test("the name states repository, run, attempt, job and label, and parses back", async () => {
  const context = { repository: "octo-org/shop.web", runId: "123456789", attempt: "3", jobId: "deploy-prod" };
  const { outputs } = await action.main({ ...context, inputs: { label: "Purge é 100 %" } });
  expect(parseTokenName(outputs.name ?? "")).toEqual({
    server: "github.com",
    repository: "octo-org/shop.web",
    runId: "123456789",
    runAttempt: "3",
    job: "deploy-prod",
    use: "job",
    nonce: expect.stringMatching(/^[0-9a-f]{20}$/),
    serial: 1,
    label: "Purge é 100 %",
  });
});

test("two runs never share a name", async () => {
  const names = await Promise.all([action.main(), action.main()]);
  expect(new Set(names.map(({ outputs }) => outputs.name)).size).toBe(2);
});

test("what the runner does not say, or says oddly, is a placeholder", async () => {
  const { outputs } = await action.main({ repository: "no repository", runId: "x", attempt: "", jobId: "" });
  expect(parseTokenName(outputs.name ?? "")).toMatchObject({
    repository: "unknown/unknown",
    runId: "0",
    runAttempt: "1",
    job: "unknown",
    label: "",
  });
});

test("a GitHub Enterprise is named by its host, and what is no server by none", async () => {
  const own = await action.main({ env: { GITHUB_SERVER_URL: "https://git.example.com:8443" } });
  expect(parseTokenName(own.outputs.name ?? "")).toMatchObject({ server: "git.example.com:8443" });
  const none = await action.main({ env: { GITHUB_SERVER_URL: "::add-mask::x" } });
  expect(parseTokenName(none.outputs.name ?? "")).toMatchObject({ server: "unknown", runId: "7654321098" });
});
