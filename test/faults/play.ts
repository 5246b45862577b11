import { setTimeout as sleep } from "node:timers/promises";
import { machineClock } from "../support/action.ts";
import type { Emulator, FaultRule, JournalEntry } from "../support/emulator.ts";
import type { RunningStep, Stage, StepResult } from "../support/runner.ts";
import { effects } from "./circumstances.ts";
import { type Judgement, judge } from "./judge.ts";
import { clearLane, type Lane } from "./lane.ts";
import type { Target } from "./requests.ts";
import type { Row } from "./row.ts";
import { addLookalikes, type Scene, setScene } from "./scene.ts";

export type Played = {
  step: StepResult;
  /** The last request before it. */
  since: number;
};

/** Plays a row's job as the runner would, main and then post, and judges how it ended. */
export async function play(row: Row, lane: Lane): Promise<Judgement> {
  await clearLane(lane);
  const scene = await setScene(row, lane);
  try {
    const main = await playStep("main", row, scene, lane);
    await addLookalikes(scene, lane);
    await passTime(row, lane);
    const post = await playStep("post", row, scene, lane);
    return await judge(row, scene, { main, post }, lane);
  } finally {
    await scene.job.end();
  }
}

/** How long the job works with its token, by every clock: longer than a create can take, unless post comes at once. */
export function pauseMs({ circumstances }: Row): number {
  return circumstances.includes("post at once") ? 0 : 90_000;
}

async function passTime(row: Row, { emulator }: Lane): Promise<void> {
  await emulator.settings({ clockOffsetMs: offsetOf(row) + pauseMs(row) });
}

async function playStep(stage: Stage, row: Row, scene: Scene, lane: Lane): Promise<Played> {
  const { emulator, gate } = lane;
  await gate.open();
  await emulator.clearFaults();
  for (const rule of rulesOf(stage, row, lane)) await emulator.fault(rule);
  const since = (await emulator.requests()).at(-1)?.n ?? 0;
  const shut = isRefused(stage, row) ? gate.shutAfter(row.plight.target.precededBy) : undefined;
  const step = await scene.job.start(stage, {
    inputs: { timeout: timeoutOf(stage, row) },
    ...(stage === "post" ? { env: machineClock(pauseMs(row)) } : {}),
  });

  if (shut && isOnce(row)) await Promise.race([endOutage(shut, step, lane), step.done]);
  await signal(stage, row, step, emulator, since);
  return { step: await step.done, since };
}

type RefusedRow = Row & { plight: Extract<Row["plight"], { kind: "fault" }> };

function isRefused(stage: Stage, row: Row): row is RefusedRow {
  return row.plight.kind === "fault" && row.plight.trouble.fault === "refused" && befalls(stage, row.plight);
}

function isOnce({ plight }: Row): boolean {
  return plight.kind === "fault" && plight.lasting === "once";
}

/** A fault meets the step whose request it is about; one that never ends meets the same request in post, too. */
function befalls(
  stage: Stage,
  { target, lasting }: { target: Target; lasting: RefusedRow["plight"]["lasting"] },
): boolean {
  return target.stage === stage || (lasting === "for ever" && stage === "post");
}

const outageMs = 500;

/** An outage has no event to wait for: the step tells nobody of each connection that is refused. */
async function endOutage(shut: Promise<void>, step: RunningStep, { gate }: Lane): Promise<void> {
  await Promise.all([shut, step.printed("::add-mask::")]);
  await sleep(outageMs);
  await gate.open();
}

function rulesOf(stage: Stage, row: Row, lane: Lane): FaultRule[] {
  const rules = row.circumstances.flatMap((circumstance) => effects[circumstance].rules?.[stage] ?? []);
  const rule = ruleOf(stage, row, lane);
  return rule ? [...rules, rule] : rules;
}

function ruleOf(stage: Stage, row: Row, { elsewhere }: Lane): FaultRule | undefined {
  const { plight } = row;
  if (plight.kind === "signal" && plight.target.stage === stage && plight.moment.hold) {
    return { match: plight.target.match, times: 1, fault: plight.moment.hold };
  }
  if (plight.kind !== "fault" || plight.trouble.fault === "refused" || !befalls(stage, plight))
    return undefined;
  const site = {
    now: Date.now() + offsetOf(row) + (stage === "post" ? pauseMs(row) : 0),
    elsewhere: elsewhere.urlFor(row.title),
  };
  const times = plight.lasting === "once" ? 1 : "always";
  return { match: plight.target.match, times, fault: plight.trouble.fault(site) };
}

function offsetOf(row: Row): number {
  const offsets = row.circumstances.map((circumstance) => effects[circumstance].settings?.clockOffsetMs ?? 0);
  return offsets.reduce((sum, offset) => sum + offset, 0);
}

/** One try may take a quarter of the time, but two seconds at least. */
function timeoutOf(stage: Stage, { plight, circumstances }: Row): string {
  if (circumstances.includes("two-factor authentication")) return "80s";
  // So long that nothing but the signal can have ended it.
  if (stage === "main" && plight.kind === "signal") return "60s";
  const endless = plight.kind === "fault" && plight.lasting !== "once" && befalls(stage, plight);
  return endless ? "5s" : "10s";
}

/** Sends the row's signal, if this is its step. */
async function signal(
  stage: Stage,
  { plight }: Row,
  step: RunningStep,
  emulator: Emulator,
  since: number,
): Promise<void> {
  if (plight.kind === "signal as the step begins" && plight.stage === stage) {
    await step.printed("::add-mask::");
  } else if (plight.kind === "signal" && plight.target.stage === stage) {
    await reaches(plight.target, plight.moment.phase, emulator, since);
  } else {
    return;
  }
  step.kill(plight.signal);
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
