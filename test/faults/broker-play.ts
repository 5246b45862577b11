import { machineClock } from "../support/action.ts";
import type { BrokerJob, startBrokerWorld } from "../support/broker-jobs.ts";
import type { TokenReport } from "../support/emulator.ts";
import { cut, stall } from "../support/faults.ts";
import { idTokenRoute } from "../support/github-oidc.ts";
import type { Stage, StepResult } from "../support/runner.ts";
import type { BrokerEvent, BrokerRow } from "./broker-rows.ts";

export type BrokerWorker = Awaited<ReturnType<typeof startBrokerWorld>>;

const nowhere = "http://127.0.0.1:9";

/** Plays a row's job, main and then post, and says what is wrong with how it ended. */
export async function playBrokerRow(row: BrokerRow, worker: BrokerWorker): Promise<string[]> {
  const before = new Set((await worker.fastly.liveTokens(worker.user.userId)).map(({ id }) => id));
  // A broker that starts anew may need long, on a busy machine.
  const timeout = row.event.kind === "broker killed" ? "120s" : "25s";
  const job = await worker.job({ inputs: { timeout } });
  try {
    if (row.isAnswerLost) worker.front.fault({ path: "/v1/token", fault: cut("after") });
    const main = await playStep("main", row, job, worker);
    const post = await playStep("post", row, job, worker);
    return await problemsOf(row, { main, post, job, before }, worker);
  } finally {
    await job.end();
  }
}

async function playStep(
  stage: Stage,
  row: BrokerRow,
  job: BrokerJob,
  worker: BrokerWorker,
): Promise<StepResult> {
  const options = stage === "post" ? { env: machineClock(95_000) } : {};
  if (row.stage !== stage) return job.run(stage, options);
  const { target } = worker.front;
  const after = await worker.fastly.lastRequest();
  const other = row.event.kind === "another instance answers" ? await worker.startInstance() : undefined;
  if (other) worker.front.target = other.url;
  await prepare(row.event, worker);
  // Of a step that cannot succeed there is nothing to see in more time.
  const isLasting =
    row.event.kind === "broker gone before the step" ||
    row.event.kind === "GitHub is down" ||
    ("times" in row.event && row.event.times === "always");
  const timeout = isLasting ? { inputs: { timeout: "6s" } } : {};
  const step = await job.start(stage, { ...options, ...timeout });
  await Promise.race([interfere(row.event, step, after, worker), step.done]);
  const result = await step.done;
  await Promise.all([worker.fastly.clearFaults(), worker.github.clearFaults(), worker.github.up()]);
  worker.front.clearFaults();
  if (other || row.event.kind === "broker gone before the step") worker.front.target = target;
  await other?.stop();
  // It asks for unknown keys once a minute; the next row may bring new ones.
  if (row.event.kind.startsWith("keys rotated")) await worker.restart();
  return result;
}

async function prepare(event: BrokerEvent, worker: BrokerWorker): Promise<void> {
  switch (event.kind) {
    case "GitHub's fault":
      return worker.github.fault({ path: idTokenRoute, times: event.times, fault: event.fault });
    case "fault before the broker":
      return worker.front.fault(event);
    case "Fastly's fault":
      return worker.fastly.fault({ match: event.match, times: event.times, fault: event.fault });
    case "broker killed":
    case "signal": {
      if (event.phase === "answered") return;
      const match = event.kind === "signal" ? { method: "POST", path: "/tokens" } : event.match;
      const when = event.phase === "received" ? "before" : "after";
      return worker.fastly.fault({ match, times: 1, fault: stall(when) });
    }
    case "broker restarted before the step":
      return worker.restart();
    case "broker gone before the step":
      worker.front.target = nowhere;
      return;
    case "GitHub is down":
      return worker.github.down();
    case "keys rotated":
      await worker.github.rotate();
      return;
    case "keys rotated twice": {
      await worker.github.rotate();
      await explain(worker);
      await worker.github.rotate();
    }
  }
}

/** Has the broker see a JWT that the issuer's newest key has signed. */
async function explain({ github, front, broker }: BrokerWorker): Promise<void> {
  const job = await github.registerJob();
  await broker.post("/v1/explain", {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: await job.token(front.url),
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    rule: "web-purge",
  });
}

async function interfere(
  event: BrokerEvent,
  step: { kill(signal: NodeJS.Signals): void },
  after: number,
  worker: BrokerWorker,
): Promise<void> {
  if (event.kind === "signal") {
    await worker.fastly.nextRequest({ method: "POST", path: "/tokens", phase: event.phase, after });
    step.kill(event.signal);
  } else if (event.kind === "broker killed") {
    const { method, path } = event.match;
    await worker.fastly.nextRequest({ method, path, phase: event.phase, after });
    await worker.kill();
  }
}

type Played = { main: StepResult; post: StepResult; job: BrokerJob; before: ReadonlySet<string> };

async function problemsOf(
  row: BrokerRow,
  { main, post, job, before }: Played,
  worker: BrokerWorker,
): Promise<string[]> {
  const tokens = await worker.fastly.tokens();
  const run = `/runs/${job.github.claims.run_id}/`;
  const left = tokens.filter(({ name, state }) => state === "live" && name.includes(run));
  const complaints = post.annotations.map(({ message }) => message);
  return [
    ...left
      .filter((token) => row.end === "all gone" || !complaints.some((message) => names(message, token)))
      .map(({ name }) => `${name} is alive`),
    ...(row.main === "succeeds" && main.conclusion !== "success" ? [`main: ${main.log}`] : []),
    ...(main.conclusion === "failure" && main.signal === null && main.annotations.length === 0
      ? ["main fails without a word"]
      : []),
    ...(post.conclusion === "success" ? [] : [`post: ${post.log}`]),
    ...(row.end === "all gone" && complaints.length > 0 ? [`post complains: ${complaints.join("\n")}`] : []),
    ...[...main.annotations, ...complaints.map((message) => ({ message }))]
      .filter(({ message }) => /An unexpected error occurred/.test(message))
      .map(({ message }) => message),
    ...(await problemsOfAny(before, worker)),
  ];
}

/** What may be wrong however a job ends. */
export async function problemsOfAny(before: ReadonlySet<string>, worker: BrokerWorker): Promise<string[]> {
  const touched = (await worker.fastly.tokens()).filter(
    ({ id, state, name }) => before.has(id) && state !== "live" && !name.includes("use=broker"),
  );
  const requests = await worker.fastly.requests();
  return [
    ...touched.map(({ name }) => `${name} was revoked, which is none of the job's`),
    ...worker.leaks().map((leak) => `a secret is shown: ${JSON.stringify(leak)}`),
    ...(requests.some(({ refusedCredentials }) => refusedCredentials) ? ["credentials were refused"] : []),
  ];
}

function names(message: string, { id, name }: TokenReport): boolean {
  const nonce = name.split(" ")[1] ?? name;
  return message.includes(id) || message.includes(nonce);
}
