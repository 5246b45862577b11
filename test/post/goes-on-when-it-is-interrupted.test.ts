import { useAction } from "../support/action.ts";
import { delay } from "../support/faults.ts";

const action = useAction();

test.each(["SIGINT", "SIGTERM"] as const)("%s does not stop the revocation", async (signal) => {
  const job = await action.job();
  const main = await job.run("main");
  await action.emulator.inject("DELETE /tokens/self", delay(500));
  const step = await job.start("post");
  // The fault's delay comes before the operation: the token lives while the signals arrive.
  await action.emulator.nextRequest({ method: "DELETE", path: "/tokens/self", after: await lastRequest() });
  step.kill(signal);
  await step.printed("Still revoking.");
  step.kill(signal);
  const post = await step.done;
  expect(post).toMatchObject({ conclusion: "success", signal: null, annotations: [] });
  expect(post.log).toContain(`Revoked Fastly token ${main.outputs["token-id"]}.`);
  expect(await job.alive()).toBe(0);
});

async function lastRequest(): Promise<number> {
  const creates = (await action.emulator.requests()).filter(({ method }) => method === "POST");
  return creates.at(-1)?.n ?? 0;
}
