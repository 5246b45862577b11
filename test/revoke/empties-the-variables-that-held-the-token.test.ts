import { useAction } from "../support/action.ts";
import { runCompanion } from "../support/companion.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

async function givenToken() {
  const user = await action.user();
  const [added] = await action.emulator.addTokens([{ user: user.userId }]);
  return { user, token: added?.access_token ?? "" };
}

test("a variable that holds the token is empty once the token has ended, and no other changes", async () => {
  const { user, token } = await givenToken();
  const env = { FASTLY_API_TOKEN: token, FASTLY_API_KEY: "another-token-of-somebody" };
  const step = await runCompanion("revoke", action, user, { env, inputs: { token }, hidden: [token] });
  expect(step).toMatchObject({ conclusion: "success", env: { FASTLY_API_TOKEN: "" } });
  expect(Object.keys(step.env)).toEqual(["FASTLY_API_TOKEN"]);
});

test("a variable keeps a token that could not be revoked", async () => {
  const { user, token } = await givenToken();
  await action.emulator.inject("DELETE /tokens/self", respond(503), { times: "always" });
  const step = await runCompanion("revoke", action, user, {
    env: { FASTLY_API_TOKEN: token },
    inputs: { token, timeout: "2s" },
    hidden: [token],
  });
  expect(step).toMatchObject({ conclusion: "failure", env: {} });
});
