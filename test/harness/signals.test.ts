import { anyJob, append, print } from "./any-action.ts";

const forever = "setInterval(() => {}, 60_000);";

test("what was written before a kill is kept", async () => {
  const job = await anyJob();
  const code =
    append("GITHUB_STATE", "a=1\n") + append("GITHUB_OUTPUT", "b=2\n") + print("written") + forever;
  const step = await job.start("main", { inputs: { code } });
  await step.printed("written");
  step.kill("SIGKILL");
  expect(await step.done).toMatchObject({
    conclusion: "failure",
    exitCode: null,
    signal: "SIGKILL",
    state: { a: "1" },
    outputs: { b: "2" },
  });
  expect(job.state).toEqual({ a: "1" });
  await job.end();
});

test("a cancelled step that heeds the interrupt gets no other signal", async () => {
  const job = await anyJob();
  const code = `process.once("SIGINT", () => process.exit(3)); ${print("ready")} ${forever}`;
  const step = await job.start("main", { inputs: { code } });
  await step.printed("ready");
  await step.cancel();
  expect(await step.done).toMatchObject({ exitCode: 3, signal: null });
  await job.end();
});

test("a cancelled step that heeds nothing is interrupted, terminated and killed, in this order", async () => {
  const job = await anyJob();
  const hear = (signal: string) => `process.on("${signal}", () => console.log("${signal}"));`;
  const code = hear("SIGINT") + hear("SIGTERM") + print("ready") + forever;
  const step = await job.start("main", { inputs: { code } });
  await step.printed("ready");
  await step.cancel({ interrupt: 300, terminate: 300 });
  expect(await step.done).toMatchObject({ stdout: "ready\nSIGINT\nSIGTERM\n", signal: "SIGKILL" });
  await job.end();
});

test("waiting for a text that never comes ends with the step", async () => {
  const job = await anyJob();
  const step = await job.start("main", { inputs: { code: print("other") } });
  await expect(step.printed("text")).rejects.toThrow("The step ended without printing 'text':\nother");
  await job.end();
});

test("the end of a job ends what still runs", async () => {
  const job = await anyJob();
  const step = await job.start("main", { inputs: { code: forever } });
  await job.end();
  expect(await step.done).toMatchObject({ signal: "SIGKILL" });
});
