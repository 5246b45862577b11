import type { Stage } from "../support/runner.ts";
import type { Circumstance } from "./circumstances.ts";
import type { Trouble } from "./faults.ts";
import type { Target } from "./requests.ts";
import type { Moment, Signal } from "./signals.ts";

/** One line of the matrix: one job, what befalls it, and what must be true when it is over. */
export type Row = {
  title: string;
  /** What the table counts it under. */
  group: string;
  circumstances: readonly Circumstance[];
  incident: Incident;
  main: "succeeds" | "fails" | "may fail";
  end: End;
};

export type Lasting = "once" | "all through its step" | "for ever";

export type Incident =
  | { kind: "none" }
  | { kind: "fault"; target: Target; trouble: Trouble; lasting: Lasting }
  | { kind: "signal"; target: Target; moment: Moment; signal: Signal }
  | { kind: "signal as the step begins"; stage: Stage; signal: Signal };

export type End =
  /** No token of the job is alive, and post complains of nothing. */
  | "all gone"
  /** Whatever is alive still, post names with its expiry, and at that time it dies. */
  | "gone or reported"
  /** Post was killed: whatever is alive dies at its expiry. */
  | "gone by itself";
