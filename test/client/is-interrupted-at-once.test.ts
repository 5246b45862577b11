import { create, errorOf, useClient } from "./client.ts";

const client = useClient();

test("what is under way is broken off; it may have happened", async () => {
  const controller = new AbortController();
  const api = await client.connectTo(() => controller.abort(), { signal: controller.signal });
  expect(await errorOf(create(api))).toMatchObject({ code: "aborted", mayHaveHappened: true });
});

test("what comes after is not sent", async () => {
  let requests = 0;
  const api = await client.connectTo(
    () => {
      requests += 1;
    },
    { signal: AbortSignal.abort() },
  );
  expect(await errorOf(create(api))).toMatchObject({ code: "aborted", mayHaveHappened: false });
  expect(requests).toBe(0);
});
