import type { Answer } from "../probe.ts";
import type { Run } from "../run.ts";
import { judged, NotChecked, type Verdict, type Verdicts } from "../verdict.ts";

/** Some requests, and the assumptions that they check. */
export interface Check {
  /** Each is a heading of docs/how-we-know.md. */
  names: readonly string[];
  check(run: Run): Promise<Verdicts>;
}

/** Whether Fastly itself refused with one of these statuses: the body has Fastly's form. */
export function isRefusal({ status, error }: Answer, ...statuses: number[]): boolean {
  return statuses.includes(status) && error?.code !== "unexpected-response";
}

export function judgedRefusal(answer: Answer, ...statuses: number[]): Verdict {
  return judged(isRefusal(answer, ...statuses), answer.saw);
}

/** The text of a field of a JSON object, or undefined. */
export function textOf(json: unknown, field: string): string | undefined {
  const value =
    json !== null && typeof json === "object" ? (json as Record<string, unknown>)[field] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** What a list of tokens holds, by ID. */
export function namesById({ json, saw }: Answer): Map<string, string> {
  if (!Array.isArray(json)) throw new NotChecked(`the list of tokens was not a list (${saw})`);
  return new Map(json.map((token) => [textOf(token, "id") ?? "", textOf(token, "name") ?? ""]));
}

/** How long a key is waited for that Fastly does not know yet. */
export const longestFreshMs = 20_000;

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
