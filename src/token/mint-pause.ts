import type { Clock, FastlyError } from "../fastly/index.ts";
import { retryDelay } from "../http/retry-delay.ts";
import { type MintState, untilNextPasscode } from "./mint-state.ts";
import type { Try } from "./mint-try.ts";
import type { Minter, MintPorts, Progress } from "./minting.ts";

/**
 * Where a token lives too long or not at all although Fastly took the expiry as it was sent, the machine's
 * clock is wrong: measures by how much, once, and moves on to the next name.
 */
export function pauseToCorrectClock(
  { token, expiresAt, askedAt }: Extract<Try, { kind: "created" }>,
  minter: Minter,
  state: MintState,
  clock: Clock,
): Progress | undefined {
  const takenAsSent =
    token.expiresAt !== null && Math.abs(Date.parse(token.expiresAt) - expiresAt.getTime()) <= 1000;
  if (!takenAsSent || state.clockCorrected) return undefined;
  state.clockCorrected = true;
  state.offsetMs = Date.parse(token.createdAt) - askedAt;
  state.serial++;
  const waitMs = untilNextPasscode(minter, state, clock);
  return waitMs === undefined ? undefined : { kind: "correcting-clock", offsetMs: state.offsetMs, waitMs };
}

const mostLostAnswers = 2;
const mostRefusedPasscodes = 2;
const notableOffsetMs = 10_000;

/** Whether to try again after an error, and what to wait for before. Undefined for a final one. */
export function pauseAfter(
  error: FastlyError,
  minter: Minter,
  state: MintState,
  ports: MintPorts,
): Progress | undefined {
  const waitMs = retryDelay(state.tries, error.retryAfterMs, ports.random);
  if (error.code === "unreachable" || error.code === "proxy-failed")
    return { kind: "waiting-for-connection", error, waitMs };
  const corrected = learnClock(error, state, ports.clock);
  const passcodeMs = untilNextPasscode(minter, state, ports.clock);
  // A passcode typed in by hand works once, and it may have been used up just now.
  if (passcodeMs === undefined) return undefined;
  const waitLonger = Math.max(waitMs, passcodeMs);

  switch (error.code) {
    case "refused-otp":
      if (minter.passcodes.kind !== "computed" || ++state.refusedPasscodes > mostRefusedPasscodes)
        return undefined;
      return { kind: "waiting-for-passcode", waitMs: passcodeMs };
    case "token-limit":
      return { kind: "waiting-for-room", error, waitMs: waitLonger };
    case "rate-limited":
      return { kind: "waiting-for-rate-limit", waitMs: waitLonger };
    case "invalid-expiry":
      if (!corrected) return undefined;
      return { kind: "correcting-clock", offsetMs: state.offsetMs, waitMs: passcodeMs };
    default:
      if (!error.mayHaveHappened || ++state.lostAnswers > mostLostAnswers) return undefined;
      if (error.operation === "POST /sudo") return { kind: "sudo-answer-lost", error, waitMs: waitLonger };
      state.serial++;
      return { kind: "answer-lost", error, waitMs: waitLonger };
  }
}

/** Takes the server's time from a refusal, once, where the machine's clock is notably off. */
function learnClock(error: FastlyError, state: MintState, clock: Clock): boolean {
  if (error.serverNow === undefined || state.clockCorrected) return false;
  const offsetMs = error.serverNow - clock.now();
  if (Math.abs(offsetMs) < notableOffsetMs) return false;
  state.clockCorrected = true;
  state.offsetMs = offsetMs;
  return true;
}
