import { useAction } from "../support/action.ts";

const action = useAction();

test("creates a token in exactly one request", async () => {
  const { job, conclusion, annotations } = await action.main();
  expect({ conclusion, annotations }).toEqual({ conclusion: "success", annotations: [] });
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
  expect(await job.alive()).toBe(1);
});

test("the token does what was asked, on the services that were asked, for an hour", async () => {
  const { job, outputs } = await action.main({ inputs: { scope: "purge_all global:read" } });
  const [token] = await action.emulator.liveTokens(job.user.userId);
  expect(token).toMatchObject({ scope: "purge_all global:read", services: job.user.services.slice(0, 1) });
  const lifetime = Date.parse(token?.expires_at ?? "") - Date.parse(token?.created_at ?? "");
  expect(lifetime).toBeGreaterThan(3_540_000);
  expect(lifetime).toBeLessThanOrEqual(3_600_000);
  expect(outputs.token).toMatch(/^[\w-]{32}$/);
});
