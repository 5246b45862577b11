import { useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

test("an API that is in trouble for two thirds of post's time is tried until it answers", async () => {
  const job = await action.job({ inputs: { timeout: "12s" } });
  await job.run("main");
  for (const [method, path] of [
    ["DELETE", "/tokens/self"],
    ["POST", "/tokens"],
  ] as const) {
    const fault = respond(503);
    await action.emulator.inject(`${method} ${path}`, fault, { times: "always" });
  }
  const before = (await action.emulator.requests()).length;
  const post = await job.start("post");
  // The helper's three tries are over, and with them the first half of the time.
  let after = before;
  for (let tries = 0; tries < 3; tries++) {
    const { n } = await action.emulator.nextRequest({
      method: "POST",
      path: "/tokens",
      after,
      phase: "answered",
    });
    after = n;
  }
  await action.emulator.nextRequest({ method: "DELETE", path: "/tokens/self", after, phase: "answered" });
  await action.emulator.clearFaults();
  const { conclusion, log, annotations } = await post.done;
  expect(conclusion).toBe("success");
  expect(log).toMatch(/Revoked Fastly token \w{22}\./);
  expect(await job.alive()).toBe(0);
  // What is reported: the helpers requested in between may be alive, for two minutes.
  for (const { message } of annotations) expect(message).toContain("use=recovery");
});
