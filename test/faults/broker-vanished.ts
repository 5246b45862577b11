import { type BrokerJob, webhookSecret } from "../support/broker-jobs.ts";
import { delay } from "../support/faults.ts";
import type { WebhookToSign } from "../support/github-oidc.ts";
import { type BrokerWorker, problemsOfAny } from "./broker-play.ts";

/** One line of the matrix in which the machine dies: there is no post, and GitHub's webhook ends the token. */
export type VanishedRow = {
  title: string;
  /** How far main came. `over`: it ended by itself, and the machine is gone after it. */
  dies: "received" | "committed" | "answered" | "over";
  steps: Step[];
};

type Step =
  | {
      kind: "delivery";
      event: "workflow_job" | "workflow_run";
      more?: Partial<WebhookToSign>;
      status: number;
      /** Whether it may end the job's token. */
      ends: boolean;
    }
  | { kind: "broker gone" }
  | { kind: "broker back" }
  | { kind: "broker killed" }
  | { kind: "post" };

const done: Step = { kind: "delivery", event: "workflow_job", status: 200, ends: true };
const runDone: Step = { kind: "delivery", event: "workflow_run", status: 200, ends: true };
const delivery = "7f0c4f0e-1f6e-4f0b-9a43-0c8a2f3b1d11";

function ineffective(more: Partial<WebhookToSign>, status = 200): Step {
  return { kind: "delivery", event: "workflow_job", more, status, ends: false };
}

/** The repository of another owner, with the same names. */
function elsewhere(change: { id?: number; owner?: number; server?: string }): Partial<WebhookToSign> {
  const { id = 1_296_269, owner = 9919, server = "https://github.com" } = change;
  const html_url = `${server}/octo-org/shop`;
  const repository = { id, full_name: "octo-org/shop", html_url, owner: { id: owner } };
  return { installationId: 815, payload: { repository } };
}

type Part = Omit<VanishedRow, "dies"> & Partial<VanishedRow>;

const rows: Part[] = [
  ...(["received", "committed", "answered", "over"] as const).flatMap((dies) => [
    { title: `the job's webhook, of a machine that died when its create was ${dies}`, dies, steps: [done] },
    {
      title: `the run's webhook, of a machine that died when its create was ${dies}`,
      dies,
      steps: [runDone],
    },
  ]),
  {
    title: "a forged webhook, and then the true one",
    steps: [ineffective({ secret: "another-secret-of-some-length" }, 401), done],
  },
  {
    title: "an unsigned webhook, and then the true one",
    steps: [ineffective({ headers: { "x-hub-signature-256": null } }, 401), done],
  },
  {
    title: "a webhook that was changed after it was signed, and then the true one",
    steps: [ineffective({ headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } }, 401), done],
  },
  {
    title: "a webhook that is replayed",
    steps: [done, done, done].map((step) => ({ ...step, more: { delivery } })),
  },
  {
    title:
      "the webhooks of another installation, another repository and another server, and then the true one",
    steps: [
      elsewhere({ owner: 4711 }),
      elsewhere({ id: 4711 }),
      elsewhere({ server: "https://ghe.example.com" }),
    ]
      .map((more) => ineffective(more))
      .concat(done),
  },
  {
    title: "the webhook of a job that goes on, and then the true one",
    steps: [ineffective({ action: "in_progress" }), done],
  },
  { title: "a webhook that comes after post", steps: [{ kind: "post" }, done, runDone] },
  { title: "post that comes after the webhook", steps: [done, { kind: "post" }] },
  {
    title: "a webhook while the broker is gone, that GitHub sends again later",
    steps: [{ kind: "broker gone" }, ineffective({}, 502), { kind: "broker back" }, done],
  },
  { title: "a broker that was killed before the webhook", steps: [{ kind: "broker killed" }, done] },
];

export const vanishedRows: readonly VanishedRow[] = rows.map((part) => ({ dies: "over", ...part }));

/** Plays a row's job, and says what is wrong with how it ended. */
export async function playVanishedRow(row: VanishedRow, worker: BrokerWorker): Promise<string[]> {
  const before = new Set((await worker.fastly.liveTokens(worker.user.userId)).map(({ id }) => id));
  const job = await worker.job();
  try {
    await runUntil(row.dies, job, worker);
    const problems: string[] = [];
    for (const step of row.steps) problems.push(...(await take(step, job, worker)));
    const left = await job.alive();
    return [...problems, ...left.map((name) => `${name} is alive`), ...(await problemsOfAny(before, worker))];
  } finally {
    await job.end();
  }
}

const create = { method: "POST", path: "/tokens" };

async function runUntil(dies: VanishedRow["dies"], job: BrokerJob, worker: BrokerWorker): Promise<void> {
  if (dies === "over") {
    await job.run("main");
    return;
  }
  // So that there is time to kill it before the broker has its answer, and before the job has its own.
  if (dies !== "answered") await worker.fastly.fault({ match: create, times: 1, fault: delay(700) });
  const after = await worker.fastly.lastRequest();
  const main = await job.start("main");
  await worker.fastly.nextRequest({ ...create, phase: dies, after });
  main.kill("SIGKILL");
  await main.done;
}

async function take(step: Step, job: BrokerJob, worker: BrokerWorker): Promise<string[]> {
  switch (step.kind) {
    case "broker gone":
      worker.front.target = "http://127.0.0.1:9";
      return [];
    case "broker back":
      worker.front.target = worker.broker.url;
      return [];
    case "broker killed":
      await worker.kill();
      return [];
    case "post": {
      const { conclusion, annotations } = await job.run("post");
      return conclusion === "success" && annotations.length === 0 ? [] : ["post complains"];
    }
    case "delivery":
      return deliver(step, job, worker);
  }
}

async function deliver(
  { event, more, status, ends }: Extract<Step, { kind: "delivery" }>,
  job: BrokerJob,
  worker: BrokerWorker,
): Promise<string[]> {
  const alive = await job.alive();
  const order = { event, job: job.github.id, secret: webhookSecret, ...more };
  const answer = await worker.github
    .sendWebhook(`${worker.front.url}/v1/github/webhook`, order)
    .catch(() => ({ status: 502 }));
  // It goes on after the response; the audit says when it is over.
  if (answer.status === 202)
    await worker.broker.nextAudit(
      (line) => line.event === "webhook" && line.run_id === job.github.claims.run_id && "ended" in line,
    );
  const expected = ends ? [status, 202] : [status];
  return [
    ...(expected.includes(answer.status) ? [] : [`the webhook got ${answer.status}`]),
    ...(ends || (await job.alive()).length === alive.length ? [] : ["a webhook ended what it may not"]),
  ];
}
