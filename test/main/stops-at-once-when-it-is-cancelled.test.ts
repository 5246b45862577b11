import { messagesOf, useAction } from "../support/action.ts";
import { stall } from "../support/faults.ts";

const action = useAction();

async function startStalled() {
  await action.emulator.inject("POST /tokens", stall("after"));
  const job = await action.job();
  const after = (await action.emulator.requests()).length;
  const step = await job.start("main");
  await action.emulator.nextRequest({ method: "POST", path: "/tokens", phase: "committed", after });
  return { job, step };
}

test.each(["SIGINT", "SIGTERM"] as const)("%s ends main itself, and post ends the token", async (signal) => {
  const { job, step } = await startStalled();
  step.kill(signal);
  const main = await step.done;
  expect(main).toMatchObject({ conclusion: "failure", signal: null, exitCode: 1 });
  expect(messagesOf(main, "error")).toEqual([
    expect.stringMatching(/^This job got no Fastly token\. The step was interrupted\..*post looks for it/),
  ]);
  expect(await job.alive()).toBe(1);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("main that is interrupted as soon as it masks its inputs says so", async () => {
  const job = await action.job();
  const step = await job.start("main");
  await step.printed("::add-mask");
  step.kill("SIGINT");
  const main = await step.done;
  expect(main).toMatchObject({ conclusion: "failure", signal: null, exitCode: 1 });
  expect(messagesOf(main, "error")).toEqual([
    expect.stringMatching(/^This job got no Fastly token\. The step was interrupted/),
  ]);
});

test("a wait is given up as well", async () => {
  const user = await action.user();
  await action.emulator.settings({ tokenLimit: 0 });
  const job = await action.job({ user });
  const step = await job.start("main");
  await step.printed("waiting for one of them to end");
  step.kill("SIGINT");
  expect(await step.done).toMatchObject({ conclusion: "failure", signal: null });
  await action.emulator.settings({ tokenLimit: 100 });
});
