import { useAction } from "../support/action.ts";

const action = useAction();

test("each named variable receives the token", async () => {
  const { env, outputs } = await action.main({
    inputs: { "export-env": "FASTLY_API_TOKEN, FASTLY_API_KEY" },
  });
  expect(env).toEqual({ FASTLY_API_TOKEN: outputs.token, FASTLY_API_KEY: outputs.token });
});

test("names for a token are taken, whosever they are but another tool's", async () => {
  const names = "FASTLY_TOKEN TF_VAR_fastly_api_key CDN_TOKEN MY_SECRET FASTLY_API_TOKEN_STAGING";
  const { env, conclusion } = await action.main({ inputs: { "export-env": names } });
  expect(conclusion).toBe("success");
  expect(Object.keys(env)).toEqual(names.split(" "));
});

test("without names the environment stays as it is", async () => {
  expect(await action.main()).toMatchObject({ env: {}, path: [] });
});
