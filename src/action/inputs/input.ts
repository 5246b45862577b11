import * as core from "@actions/core";
import { withoutInvisible } from "../../text/one-line.ts";

/** One input that cannot be used: which, and what is wrong with it and allowed instead. */
export interface InputProblem {
  input: string;
  problem: string;
}

/** What inputs say, or everything that is wrong with them. */
export type Inputs<T> = { kind: "valid"; inputs: T } | { kind: "invalid"; problems: readonly InputProblem[] };

/** What an input's text says, or what is wrong with it and what is allowed instead. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

export type Parser<T> = (text: string) => Parsed<T>;

export const good = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const bad = (problem: string): Parsed<never> => ({ ok: false, problem });

export const valid = <T>(inputs: T): Inputs<T> => ({ kind: "valid", inputs });

export function invalid(input: string, problem: string): Inputs<never> {
  return { kind: "invalid", problems: [{ input, problem }] };
}

/**
 * Reads one input.
 *
 * @param fallback the manifest's default once more, for a runner that leaves the input out; a test compares the two
 */
export function read<T>(input: string, parser: Parser<T>, fallback = ""): Inputs<T> {
  const parsed = parser(textOf(input) || fallback);
  return parsed.ok ? valid(parsed.value) : invalid(input, parsed.problem);
}

/** The text of an input that is not a secret. Text that was copied from a page may contain invisible characters. */
export function textOf(input: string): string {
  return withoutInvisible(core.getInput(input)).trim();
}

/** Puts several readings together: all of their values, or all of their problems. */
export function together<T extends object>(
  parts: {
    [K in keyof T]: Inputs<T[K]>;
  },
): Inputs<T> {
  const readings: [string, Inputs<unknown>][] = Object.entries(parts);
  const problems = readings.flatMap(([, part]) => (part.kind === "invalid" ? part.problems : []));
  if (problems.length > 0) return { kind: "invalid", problems };
  const values = readings.flatMap(([name, part]) => (part.kind === "valid" ? [[name, part.inputs]] : []));
  return valid(Object.fromEntries(values) as T);
}

/** Makes something else of a valid reading. */
export function mapInputs<T, U>(reading: Inputs<T>, change: (inputs: T) => U): Inputs<U> {
  return reading.kind === "valid" ? valid(change(reading.inputs)) : reading;
}

/** What a reading says, or something else where it is invalid. */
export function valueOr<T>(reading: Inputs<T>, otherwise: T): T {
  return reading.kind === "valid" ? reading.inputs : otherwise;
}
