import { messagesOf, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

test("a limit that is reset within the deadline is waited for", async () => {
  const headers = { "Retry-After": "1" };
  await action.emulator.inject("POST /tokens", respond(429, { msg: "slow" }, { headers }));
  const { job, conclusion, log } = await action.main();
  expect(conclusion).toBe("success");
  expect(log).toContain("hourly limit on write requests is used up; trying again in 1s");
  expect(await job.requests()).toEqual(["POST /tokens 429", "POST /tokens 200"]);
});

test("one that is not fails the step at once, and says so", async () => {
  await action.emulator.settings({ hourlyWriteLimit: 0 });
  const step = await action.main({ inputs: { timeout: "2s" } });
  await action.emulator.settings({ hourlyWriteLimit: 1000 });
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error").join()).toMatch(
    /hourly limit on write requests is used up.*fewer jobs at once/,
  );
  expect(await step.job.requests()).toEqual(["POST /tokens 429"]);
});
