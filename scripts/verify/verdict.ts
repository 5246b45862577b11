/** What a run says about one assumption. */
export type Verdict =
  | { kind: "holds"; saw: string }
  | { kind: "does-not-hold"; saw: string }
  | { kind: "not-checked"; why: string };

/** Verdicts by the names of their assumptions. */
export type Verdicts = Readonly<Record<string, Verdict>>;

export function holds(saw: string): Verdict {
  return { kind: "holds", saw };
}

export function judged(isSo: boolean, saw: string): Verdict {
  return { kind: isSo ? "holds" : "does-not-hold", saw };
}

export function notChecked(why: string): Verdict {
  return { kind: "not-checked", why };
}

/** Thrown where a check cannot be made. Its message is the reason, and holds no secret. */
export class NotChecked extends Error {
  override readonly name = "NotChecked";
}
