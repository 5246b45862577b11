import { setTimeout as sleep } from "node:timers/promises";
import { machineClock } from "../support/action.ts";
import type { Emulator, FaultRule, JournalEntry } from "../support/emulator.ts";
import type { RunningStep, Stage, StepResult } from "../support/runner.ts";
import { effects } from "./circumstances.ts";
import { type Judgement, judge } from "./judge.ts";
import type { Target } from "./requests.ts";
import type { Row } from "./row.ts";
import { addLookalikes, prepare, type Setup } from "./setup.ts";
import { clearWorker, type Worker } from "./worker.ts";

export type Played = {
  step: StepResult;
  /** The last request before it. */
  since: number;
};

/** Plays a row's job as the runner would, main and then post, and judges how it ended. */
export async function play(row: Row, worker: Worker): Promise<Judgement> {
  await clearWorker(worker);
  const setup = await prepare(row, worker);
  try {
    const main = await playStep("main", row, setup, worker);
    await addLookalikes(setup, worker);
    await passTime(row, worker);
    const post = await playStep("post", row, setup, worker);
    return await judge(row, setup, { main, post }, worker);
  } finally {
    await setup.job.end();
  }
}

/** How long the job works with its token, by every clock: longer than a create can take, unless post comes at once. */
function pauseMs({ circumstances }: Row): number {
  return circumstances.includes("post at once") ? 0 : 90_000;
}

async function passTime(row: Row, { emulator }: Worker): Promise<void> {
  await emulator.settings({ clockOffsetMs: offsetOf(row) + pauseMs(row) });
}

async function playStep(stage: Stage, row: Row, setup: Setup, worker: Worker): Promise<Played> {
  const { emulator, relay } = worker;
  await relay.open();
  await emulator.clearFaults();
  for (const rule of rulesOf(stage, row, worker)) await emulator.fault(rule);
  const since = await emulator.lastRequest();
  const shut = isRefused(stage, row) ? relay.shutAfter(row.incident.target.precededBy) : undefined;
  const step = await setup.job.start(stage, {
    inputs: { timeout: timeoutOf(stage, row) },
    ...(stage === "post" ? { env: machineClock(pauseMs(row)) } : {}),
  });

  if (shut && isOnce(row)) await Promise.race([endOutage(shut, step, worker), step.done]);
  await signal(stage, row, step, emulator, since);
  return { step: await step.done, since };
}

type RefusedRow = Row & { incident: Extract<Row["incident"], { kind: "fault" }> };

function isRefused(stage: Stage, row: Row): row is RefusedRow {
  return (
    row.incident.kind === "fault" && row.incident.trouble.fault === "refused" && befalls(stage, row.incident)
  );
}

function isOnce({ incident }: Row): boolean {
  return incident.kind === "fault" && incident.lasting === "once";
}

/** A fault meets the step whose request it is about; one that never ends meets the same request in post, too. */
function befalls(
  stage: Stage,
  { target, lasting }: { target: Target; lasting: RefusedRow["incident"]["lasting"] },
): boolean {
  return target.stage === stage || (lasting === "for ever" && stage === "post");
}

const outageMs = 500;

/** An outage has no event to wait for: the step does not report each connection that is refused. */
async function endOutage(shut: Promise<void>, step: RunningStep, { relay }: Worker): Promise<void> {
  await Promise.all([shut, step.printed("::add-mask::")]);
  await sleep(outageMs);
  await relay.open();
}

function rulesOf(stage: Stage, row: Row, worker: Worker): FaultRule[] {
  const rules = row.circumstances.flatMap((circumstance) => effects[circumstance].rules?.[stage] ?? []);
  const rule = ruleOf(stage, row, worker);
  return rule ? [...rules, rule] : rules;
}

function ruleOf(stage: Stage, row: Row, { elsewhere }: Worker): FaultRule | undefined {
  const { incident } = row;
  if (incident.kind === "signal" && incident.target.stage === stage && incident.moment.hold) {
    return { match: incident.target.match, times: 1, fault: incident.moment.hold };
  }
  if (incident.kind !== "fault" || incident.trouble.fault === "refused" || !befalls(stage, incident))
    return undefined;
  const site = {
    now: Date.now() + offsetOf(row) + (stage === "post" ? pauseMs(row) : 0),
    elsewhere: elsewhere.urlFor(row.title),
  };
  const times = incident.lasting === "once" ? 1 : "always";
  return { match: incident.target.match, times, fault: incident.trouble.fault(site) };
}

function offsetOf(row: Row): number {
  const offsets = row.circumstances.map((circumstance) => effects[circumstance].settings?.clockOffsetMs ?? 0);
  return offsets.reduce((sum, offset) => sum + offset, 0);
}

/** One try may take a quarter of the time, but two seconds at least. */
function timeoutOf(stage: Stage, { incident, circumstances }: Row): string {
  if (circumstances.includes("two-factor authentication")) return "80s";
  // So long that nothing but the signal can have ended it.
  if (stage === "main" && incident.kind === "signal") return "60s";
  const endless = incident.kind === "fault" && incident.lasting !== "once" && befalls(stage, incident);
  return endless ? "5s" : "10s";
}

/** Sends the row's signal, if this is its step. */
async function signal(
  stage: Stage,
  { incident }: Row,
  step: RunningStep,
  emulator: Emulator,
  since: number,
): Promise<void> {
  if (incident.kind === "signal as the step begins" && incident.stage === stage) {
    await step.printed("::add-mask::");
  } else if (incident.kind === "signal" && incident.target.stage === stage) {
    await reaches(incident.target, incident.moment.phase, emulator, since);
  } else {
    return;
  }
  step.kill(incident.signal);
}

async function reaches(
  { match: { method, path, skip = 0 } }: Target,
  phase: "received" | "committed" | "answered",
  emulator: Emulator,
  since: number,
): Promise<JournalEntry> {
  let after = since;
  for (let skipped = 0; skipped < skip; skipped++) {
    after = (await emulator.nextRequest({ method, path, after })).n;
  }
  return emulator.nextRequest({ method, path, after, phase });
}
