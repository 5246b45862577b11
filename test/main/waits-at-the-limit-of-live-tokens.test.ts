import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

async function userAtTheLimit() {
  const user = await action.user();
  const tokens = await action.emulator.addTokens(Array.from({ length: 100 }, () => ({ user: user.userId })));
  return { user, tokens };
}

test("a place that becomes free is taken", async () => {
  const { user, tokens } = await userAtTheLimit();
  const job = await action.job({ user });
  const step = await job.start("main");
  await step.printed("limit on live tokens; waiting for one of them to end");
  await fetch(`${action.emulator.url}/tokens/self`, {
    method: "DELETE",
    headers: { "Fastly-Key": tokens[0]?.access_token ?? "" },
  });
  expect(await step.done).toMatchObject({ conclusion: "success", annotations: [] });
  expect((await action.emulator.peakLive())[user.userId]).toBe(100);
});

test("a limit that stays reached fails the step with the remedy, and with no figure that Fastly did not give", async () => {
  const { user } = await userAtTheLimit();
  const job = await action.job({ user, inputs: { timeout: "3s" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  const [error = ""] = messagesOf(main, "error");
  expect(error).toMatch(/limit on live tokens.*Revoke tokens that are no longer needed.*tried \d+ times/);
  expect(error.replace(/\(POST .*\)/, "")).not.toMatch(/\b100\b/);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(100);
});
