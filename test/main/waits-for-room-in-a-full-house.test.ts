import { told, useAction } from "../support/action.ts";

const action = useAction();

async function fullHouse() {
  const user = await action.user();
  const tokens = await action.emulator.addTokens(Array.from({ length: 100 }, () => ({ user: user.userId })));
  return { user, tokens };
}

test("room that comes free is taken", async () => {
  const { user, tokens } = await fullHouse();
  const job = await action.job({ user });
  const step = await job.start("main");
  await step.printed("100 of 100 live tokens; waiting for room");
  await fetch(`${action.emulator.url}/tokens/self`, {
    method: "DELETE",
    headers: { "Fastly-Key": tokens[0]?.access_token ?? "" },
  });
  expect(await step.done).toMatchObject({ conclusion: "success", annotations: [] });
  expect((await action.emulator.peakLive())[user.userId]).toBe(100);
});

test("a house that stays full fails the step with the limit, the count and the remedy", async () => {
  const { user } = await fullHouse();
  const job = await action.job({ user, inputs: { timeout: "3s" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  expect(told(main, "error").join()).toMatch(/100 of 100.*Revoke tokens that nobody needs.*tried \d+ times/);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(100);
});
