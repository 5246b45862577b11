import type { FastlyError } from "../fastly/index.ts";
import { endToken } from "./end-token.ts";
import type { Attempt, Journal } from "./journal.ts";
import type { Minter, MintOutcome, MintPorts } from "./mint-token.ts";
import { recoverTokens } from "./recover-tokens.ts";
import type { TokenName } from "./token-name.ts";

/** How a token that main asked for came to its end. */
export type TokenEnd =
  | { kind: "revoked" }
  /** Revoked by somebody else, or expired. */
  | { kind: "already-gone" }
  /** Its answer had been lost, and it turned out that there is no such token. */
  | { kind: "never-existed" }
  | { kind: "left-alive"; problem: EndProblem };

export type EndProblem =
  | { kind: "refused"; error: FastlyError }
  /** Only a helper token could have settled it, and there is none. */
  | { kind: "no-helper"; helper: MissingHelper; first: FastlyError | undefined };

/** Why there is no helper token: the inputs hold nothing to make one with, or making it failed. */
export type MissingHelper = { kind: "no-credentials" } | Exclude<MintOutcome, { kind: "minted" }>;

/** A token that is not known to have ended. */
export interface Unsettled {
  attempt: Attempt;
  /** Why revoking it with itself did not settle it; undefined where its answer was lost. */
  first?: FastlyError;
}

/** One token that main asked for, and what became of it. */
export interface EndedToken {
  name: string;
  /** Missing where the token's answer was lost and it could not be looked up. */
  id?: string | undefined;
  expiresAt: string;
  end: TokenEnd;
}

export interface EndPorts extends Omit<MintPorts, "journal" | "signal"> {
  /** Asked for only when a helper token is needed; undefined where there is nothing to make one with. */
  minter: () => Promise<Minter | undefined>;
  /** What a helper token is called. */
  helperName: Omit<TokenName, "serial">;
}

/**
 * Ends every token that main asked for: each one with itself, in one request; and those whose fate is
 * unknown, or whose self-revocation proved nothing, with a helper token.
 *
 * @param keepMade leaves alone the tokens that the job was meant to keep, and ends only lost ones
 */
export async function endJobTokens(
  journal: Journal,
  keepMade: boolean,
  ports: EndPorts,
): Promise<EndedToken[]> {
  const ended: EndedToken[] = [];
  const unsettled: Unsettled[] = [];
  for (const attempt of journal.attempts) {
    const { name, expiresAt, fate } = attempt;
    if (fate.kind === "unknown") unsettled.push({ attempt });
    if (fate.kind !== "made" || keepMade) continue;
    const ending = await endToken(ports.api, fate.accessToken);
    if (!("error" in ending)) ended.push({ name, id: fate.id, expiresAt, end: ending });
    else if (ports.deadline.remaining() > 0) unsettled.push({ attempt, first: ending.error });
    else ended.push({ name, id: fate.id, expiresAt, end: refused(ending.error) });
  }
  if (unsettled.length === 0) return ended;
  return [...ended, ...(await recoverTokens(unsettled, ports))];
}

export function refused(error: FastlyError): TokenEnd {
  return { kind: "left-alive", problem: { kind: "refused", error } };
}
