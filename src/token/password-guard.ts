import type { FastlyError } from "../fastly/index.ts";

/**
 * Keeps a password from being sent too often. Wrong passwords lock an account, at a threshold that Fastly does not
 * publish, and no text of a refusal is a protocol: until one request was accepted, at most four carry the password
 * in a job, whatever the responses say. Once Fastly has refused it, no request does.
 */
export interface PasswordGuard {
  readonly verdict: PasswordVerdict;
  /** How many more requests may carry the password; Infinity once one was accepted, 0 once one was refused. */
  left(): number;
  /** Called before a request with the password leaves. */
  sending(): void;
  /** Called where that request never left. */
  notSent(): void;
  accepted(): void;
  /** Called with each refusal of Fastly's own to a request that carried the password. */
  refused(error: FastlyError): void;
}

/** Fastly's verdict on the password. */
export type PasswordVerdict = "unheard" | "accepted" | "refused";

/** What main saves of it for post. */
export interface PasswordUse {
  verdict: PasswordVerdict;
  /** Requests that carried the password until one was accepted. */
  sends: number;
}

export const mostPasswordSends = 4;

/**
 * @param use what happened in the job so far
 * @param save called after each change and before anything else happens
 */
export function guardPassword(
  use: PasswordUse = { verdict: "unheard", sends: 0 },
  save: (use: PasswordUse) => void = () => {},
): PasswordGuard {
  let { verdict, sends } = use;

  function become(next: Partial<PasswordUse>): void {
    verdict = next.verdict ?? verdict;
    sends = next.sends ?? sends;
    save({ verdict, sends });
  }

  return {
    get verdict() {
      return verdict;
    },
    left() {
      if (verdict === "accepted") return Number.POSITIVE_INFINITY;
      return verdict === "refused" ? 0 : Math.max(0, mostPasswordSends - sends);
    },
    sending: () => become({ sends: sends + 1 }),
    notSent: () => become({ sends: sends - 1 }),
    accepted: () => become({ verdict: "accepted" }),
    refused: () => become({ verdict: "refused" }),
  };
}
