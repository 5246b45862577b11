import { useAction } from "../support/action.ts";

const action = useAction();

test("each named variable receives the token", async () => {
  const { env, outputs } = await action.main({
    inputs: { "export-env": "FASTLY_API_TOKEN, FASTLY_API_KEY" },
  });
  expect(env).toEqual({ FASTLY_API_TOKEN: outputs.token, FASTLY_API_KEY: outputs.token });
});

test("without names the environment stays as it is", async () => {
  expect(await action.main()).toMatchObject({ env: {}, path: [] });
});
