import type { CreatedToken, FastlyError } from "../fastly/index.ts";
import type { Ending } from "./end-token.ts";
import { pauseAfter, pauseToCorrectClock } from "./mint-pause.ts";
import { type MintState, newMintState } from "./mint-state.ts";
import { endTry, type Try, tryOnce } from "./mint-try.ts";
import type { Minter, MintPorts, Progress } from "./minting.ts";
import { type Grant, type Mismatch, mismatches } from "./mismatch.ts";
import type { TokenName } from "./token-name.ts";

export type MintOutcome =
  /** `name` is what was asked for, and what the journal knows the token by. */
  | { kind: "minted"; name: string; token: CreatedToken }
  /** A token was made that is not what was asked for; how ending it again went. */
  | { kind: "not-as-asked"; token: CreatedToken; mismatches: Mismatch[]; ending: Ending }
  /** A token was made, but the rest of the answer could not be believed; how ending it again went. */
  | { kind: "odd-answer"; error: FastlyError; ending: Ending }
  | { kind: "failed"; error: FastlyError; tries: number }
  | { kind: "interrupted" };

/**
 * Creates a token: one request (two with `apiKey`) when all goes well.
 *
 * When it does not, it never repeats what Fastly refused; it asks again, under the next name of the same
 * family, where an answer was lost; and it waits for the next one-time password, for room below the limit
 * of tokens and for the hourly limit of writes, all until the deadline. Each try is in the journal before
 * it is sent.
 */
export async function mintToken(
  name: Omit<TokenName, "serial">,
  grant: Grant,
  minter: Minter,
  ports: MintPorts,
): Promise<MintOutcome> {
  const state = newMintState(ports.lostAnswers ?? 0);
  for (;;) {
    state.tries++;
    const result = await tryOnce(name, grant, minter, state, ports);
    const { outcome, pause } = await judge(result, grant, minter, state, ports);
    if (!pause || pause.waitMs >= ports.deadline.remaining()) return outcome;
    ports.say(pause);
    if (!(await waited(pause.waitMs, ports))) return { kind: "interrupted" };
  }
}

/** How a try ended the minting, unless there is a reason, and the time, to pause and try again. */
interface Verdict {
  outcome: MintOutcome;
  pause?: Progress | undefined;
}

async function judge(
  result: Try,
  grant: Grant,
  minter: Minter,
  state: MintState,
  ports: MintPorts,
): Promise<Verdict> {
  switch (result.kind) {
    case "created": {
      const { name, token } = result;
      const found = mismatches(token, grant);
      if (found.length === 0) return { outcome: { kind: "minted", name, token } };
      const outcome: MintOutcome = {
        kind: "not-as-asked",
        token,
        mismatches: found,
        ending: await endTry(name, token.accessToken, ports),
      };
      const offByTime = found.every(({ kind }) => kind === "lives-too-long" || kind === "dead-on-arrival");
      return {
        outcome,
        pause: offByTime ? pauseToCorrectClock(result, minter, state, ports.clock) : undefined,
      };
    }
    case "odd-answer": {
      const ending = await endTry(result.name, result.accessToken, ports);
      return { outcome: { kind: "odd-answer", error: result.error, ending } };
    }
    case "error": {
      const { error } = result;
      if (error.code === "aborted") return { outcome: { kind: "interrupted" } };
      const pause = pauseAfter(error, minter, state, ports);
      return { outcome: { kind: "failed", error, tries: state.tries }, pause };
    }
  }
}

/** @returns false where the wait was interrupted */
async function waited(ms: number, { clock, signal }: MintPorts): Promise<boolean> {
  try {
    await clock.wait(ms, signal);
    return true;
  } catch {
    // Only the signal ends a wait early.
    return false;
  }
}
