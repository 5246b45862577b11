import type { Fault } from "../support/emulator.ts";
import { delay, stall } from "../support/faults.ts";

export const signals = ["SIGINT", "SIGTERM", "SIGKILL"] as const;
export type Signal = (typeof signals)[number];

/** When a signal comes: by how far a request has come. */
export type Moment = {
  title: string;
  phase: "received" | "committed" | "answered";
  /** What holds the request at that point; an answered one cannot be held. */
  hold?: Fault;
};

export const moments: readonly Moment[] = [
  { title: "before it is carried out", phase: "received", hold: stall("before") },
  { title: "before its answer is sent", phase: "committed", hold: stall("after") },
  { title: "as its answer was sent", phase: "answered" },
];

/** The request outlives the step that made it: it is carried out while post already looks for its token. */
export const overtaken: Moment = {
  title: "a second before it is carried out",
  phase: "received",
  hold: delay(1_000),
};
