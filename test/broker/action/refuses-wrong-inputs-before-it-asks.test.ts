import { messagesOf } from "../../support/action.ts";
import { useBrokerWorld } from "../../support/broker-jobs.ts";

const world = useBrokerWorld();

async function problemsOf(inputs: Record<string, string>, env: Record<string, string> = {}) {
  const job = await world.job({ inputs, env });
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  expect(await job.asked()).toEqual({ fastly: [], broker: [], github: [] });
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  return messagesOf(main, "error").join("\n");
}

test.each([
  { ACTIONS_ID_TOKEN_REQUEST_URL: "" },
  { ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" },
  { ACTIONS_ID_TOKEN_REQUEST_URL: "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" },
])("a job without id-token: write learns exactly that, and that forks get none", async (env) => {
  const message = await problemsOf({}, env as Record<string, string>);
  expect(message).toContain("permissions: id-token: write");
  expect(message).toContain("Workflows triggered by a fork's pull request never get one.");
});

test.each([
  [{ username: "ci@example.com" }, "together with username"],
  [{ username: "ci@example.com", password: "a-long-password" }, "together with username and password"],
  [{ "totp-secret": "JBSWY3DPEHPK3PXP" }, "together with totp-secret"],
  [{ broker: "" }, "Input broker is empty"],
  [{ rule: "" }, "Input rule is empty"],
  [{ rule: "web purge" }, "Input rule is not a rule ID"],
  [{ audience: "two words" }, "Input audience is not an audience"],
  [{ audience: '"https://tokens.example.com"' }, "Input audience is in quotation marks. Remove them."],
  [{ audience: "$AUDIENCE" }, "Input audience contains the name of a variable instead of its value."],
  [{ broker: "http://fastly-tokens.example.com" }, "Input broker"],
  [{ broker: "ftp://127.0.0.1" }, "Input broker"],
  [{ broker: "not a url" }, "Input broker has no scheme; write https:// before the host."],
  [{ broker: "tokens.example.com" }, "Input broker has no scheme; did you mean https://tokens.example.com?"],
  [{ broker: "tokens.example.com:8443/fastly" }, "did you mean https://tokens.example.com:8443/fastly?"],
  [{ broker: "https://user:word@fastly-tokens.example.com" }, "Input broker"],
  [{ broker: "https://fastly-tokens.example.com/?a=b" }, "Input broker"],
  [{ scope: "purge" }, "Input scope"],
  [{ services: "short" }, "Input services"],
  [{ "expires-in": "5" }, "Input expires-in"],
] as const)("%j is refused", async (inputs, words) => {
  expect(await problemsOf(inputs as Record<string, string>)).toContain(words);
});

test("all that is wrong is said at once", async () => {
  const message = await problemsOf({ rule: "a b", username: "ci@example.com", scope: "purge" });
  for (const input of ["rule", "broker", "scope"]) expect(message).toContain(`Input ${input} `);
});
