import type { FastlyError } from "../fastly/index.ts";
import type { Attempt } from "./journal.ts";
import type { MintOutcome } from "./mint-token.ts";

/** One token that was asked for, and what became of it. */
export interface EndedToken {
  name: string;
  /** Missing where the token's answer was lost and it could not be looked up. */
  id?: string | undefined;
  expiresAt: string;
  end: TokenEnd;
}

/** How a token came to its end. */
export type TokenEnd =
  | { kind: "revoked" }
  /** Revoked by somebody else, or expired. */
  | { kind: "already-gone" }
  /** Its answer had been lost, and it turned out that there is no such token. */
  | { kind: "never-existed" }
  /** The job has it, and keeps it. */
  | { kind: "kept" }
  | { kind: "left-alive"; problem: EndProblem };

export type EndProblem =
  | { kind: "refused"; error: FastlyError }
  /** Only a helper token could have settled it, and there is none; `first` is why the token itself could not. */
  | { kind: "no-helper"; helper: MissingHelper; first: FastlyError | undefined };

/** Why there is no helper token. */
export type MissingHelper = NoMinter | NotMinted;

export type NoMinter =
  /** The inputs hold nothing to make one with: a one-time password typed in by hand works once. */
  | { kind: "no-credentials" }
  /** Fastly refused the credentials before; once more could lock the account. */
  | { kind: "credentials-refused" };

export type NotMinted = Exclude<MintOutcome, { kind: "minted" }>;

export function endedToken(attempt: Attempt, end: TokenEnd): EndedToken {
  return { name: attempt.name, id: idOf(attempt), expiresAt: attempt.expiresAt, end };
}

/** The token's ID, where an answer told it. */
export function idOf({ fate }: Attempt): string | undefined {
  return "accessToken" in fate ? fate.id : undefined;
}

export function refused(error: FastlyError): TokenEnd {
  return { kind: "left-alive", problem: { kind: "refused", error } };
}

export function withoutHelper(attempt: Attempt, helper: MissingHelper, first?: FastlyError): EndedToken {
  return endedToken(attempt, { kind: "left-alive", problem: { kind: "no-helper", helper, first } });
}
