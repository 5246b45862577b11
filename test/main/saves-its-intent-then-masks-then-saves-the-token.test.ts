import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordOrder, useAction } from "../support/action.ts";
import { stall } from "../support/faults.ts";

const action = useAction();

type Recorded = { file?: string; text?: string; printed?: string; connected?: boolean };

test("the intent is saved before anything is sent; the token is masked, then saved, then given out", async () => {
  const directory = await mkdtemp(join(tmpdir(), "order-"));
  const path = join(directory, "order");
  const { outputs } = await action.main({ env: recordOrder(path) });
  const order = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line): Recorded => JSON.parse(line));
  await rm(directory, { recursive: true });

  const token = outputs.token ?? "";
  const first = (found: (one: Recorded) => boolean) => order.findIndex(found);
  const steps = [
    first(({ file, text }) => isState(file) && text?.includes(`${outputs.name}`) === true),
    first(({ connected }) => connected === true),
    first(({ printed }) => printed?.startsWith(`::add-mask::${token}`) === true),
    first(({ file, text }) => isState(file) && text?.includes(token) === true),
    first(({ file, text }) => file?.includes("output_") === true && text?.includes(token) === true),
  ];
  expect(steps).not.toContain(-1);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
});

const isState = (file: string | undefined) => file?.includes("state_") === true;

test("a step that is killed before it has an answer leaves the name of what it asked for", async () => {
  await action.emulator.inject("POST /tokens", stall("after"));
  const job = await action.job();
  const step = await job.start("main");
  await action.emulator.nextRequest({ method: "POST", path: "/tokens", phase: "committed", after: 1 });
  step.kill("SIGKILL");
  const { state, outputs } = await step.done;
  const [token] = await action.emulator.liveTokens(job.user.userId);
  expect(state.journal).toContain(`"name":"${token?.name}"`);
  expect(outputs).toEqual({});
});
