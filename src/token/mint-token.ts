import { shortestTryMs } from "../fastly/api.ts";
import type { Clock, FastlyError } from "../fastly/index.ts";
import { decideRetry, isUnreadable } from "./mint-retry.ts";
import { type MintState, newMintState, type Try, tryOnce } from "./mint-try.ts";
import type { Credentials, MintPorts, Progress } from "./minting.ts";
import { type Grant, hasLifetimeAsked, mismatches } from "./mismatch.ts";
import { revokeSelf } from "./revoke-self.ts";
import type { TokenName } from "./token-name.ts";
import { isLeft, type MintOutcome, type TokenStatus } from "./token-status.ts";
import { waited } from "./waited.ts";

/**
 * Creates a token: one request (two with `apiKey`) when all goes well.
 *
 * When it does not, it never repeats what Fastly refused; it asks again, under the next name of the same
 * family, where a response was lost; and it waits for the next one-time password, for room below the limit
 * of tokens and for the hourly limit of writes, all until the deadline and as long as the password may be sent.
 * Each try is in the journal before it is sent.
 */
export async function mintToken(
  name: Omit<TokenName, "serial">,
  grant: Grant,
  credentials: Credentials,
  ports: MintPorts,
): Promise<MintOutcome> {
  const { guard } = ports.journal;
  const state = newMintState(ports.api.clock, credentials.sudoSince);
  if (guard.left() === 0)
    return {
      kind: "password-not-sent",
      why: guard.verdict === "refused" ? "refused" : "sent-too-often",
    };
  for (;;) {
    state.tries++;
    const result = await tryOnce(name, grant, credentials, state, ports);
    const { outcome, pause } = await judge(result, grant, credentials, state, ports);
    if (!pause || pause.waitMs + shortestTryMs >= ports.api.deadline.remaining()) return outcome;
    ports.report(pause);
    if (!(await waited(ports.api, pause.waitMs))) return { kind: "interrupted" };
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
  credentials: Credentials,
  state: MintState,
  ports: MintPorts,
): Promise<Verdict> {
  switch (result.kind) {
    case "created":
      return judgeCreated(result, grant, credentials, state, ports);
    case "malformed": {
      const { name, accessToken, error } = result;
      const status = await endTry(name, { accessToken }, ports);
      // Half a response is a lost one; a whole one that is malformed would be so again.
      const isCut = error.code === "connection-lost" || error.code === "timed-out";
      const pause = isCut ? pauseAfter(error, credentials, state, ports) : undefined;
      return { outcome: { kind: "malformed", error, status }, pause };
    }
    case "error": {
      const { error } = result;
      if (error.code === "aborted") return { outcome: { kind: "interrupted" } };
      return {
        outcome: { kind: "failed", error, tries: state.tries },
        pause: pauseAfter(error, credentials, state, ports),
      };
    }
  }
}

async function judgeCreated(
  result: Extract<Try, { kind: "created" }>,
  grant: Grant,
  credentials: Credentials,
  state: MintState,
  ports: MintPorts,
): Promise<Verdict> {
  const { name, token } = result;
  const found = mismatches(token, grant);
  const isOffByTimeAlone = found.every(({ kind }) => kind === "lives-too-long" || kind === "dead-on-arrival");
  const pause =
    isOffByTimeAlone && !hasLifetimeAsked(token, grant)
      ? pauseToCorrectClock(result, credentials, state, ports)
      : undefined;
  if (found.length === 0 && !pause) return { outcome: { kind: "minted", name, token } };
  const status = await endTry(name, token, ports);
  return { outcome: { kind: "not-as-asked", token, mismatches: found, status }, pause };
}

/**
 * Where a token lives longer or shorter than asked although Fastly took the expiry as it was sent, the machine's
 * clock is wrong: `created_at` says by how much.
 */
function pauseToCorrectClock(
  { token, expiresAt, askedAt }: Extract<Try, { kind: "created" }>,
  credentials: Credentials,
  state: MintState,
  ports: MintPorts,
): Progress | undefined {
  const takenAsSent =
    token.expiresAt !== null && Math.abs(Date.parse(token.expiresAt) - expiresAt.getTime()) <= 1000;
  if (!takenAsSent || state.correctionsLeft === 0) return undefined;
  const offsetMs = Date.parse(token.createdAt) - askedAt;
  const waitMs = untilNextOtp(credentials, state, ports.api.clock, offsetMs);
  if (waitMs >= ports.api.deadline.remaining()) return undefined;
  state.correctionsLeft--;
  state.offsetMs = offsetMs;
  state.serial++;
  return { kind: "correcting-clock", offsetMs, waitMs };
}

function pauseAfter(
  error: FastlyError,
  credentials: Credentials,
  state: MintState,
  ports: MintPorts,
): Progress | undefined {
  const kind = `${error.code} ${error.status ?? ""}`;
  if (error.mayHaveHappened) state.lostResponses++;
  if (isUnreadable(error)) state.unreadable.set(kind, (state.unreadable.get(kind) ?? 0) + 1);
  if (error.code === "refused-otp") state.refusedOtps++;
  if (ports.endsWhereFull && (error.code === "token-limit" || error.code === "rate-limited"))
    return undefined;
  const decision = decideRetry({
    error,
    ...state,
    alike: state.unreadable.get(kind) ?? 0,
    sendsLeft: sendsLeft(credentials, state, ports),
    now: ports.api.clock.now(),
    remainingMs: ports.api.deadline.remaining(),
    untilNextOtp: (offsetMs) => untilNextOtp(credentials, state, ports.api.clock, offsetMs),
    hasOtp: credentials.otpSource.kind === "computed",
    random: ports.api.random,
  });
  if (decision.kind === "stop") return undefined;
  if (decision.offsetMs !== state.offsetMs) state.correctionsLeft--;
  state.offsetMs = decision.offsetMs;
  if (decision.underAnotherName) state.serial++;
  return decision.report;
}

/** Where a token may exist that nobody has, some requests with the password are left to who looks for it. */
function sendsLeft(
  { apiKey }: Credentials,
  state: MintState,
  { journal, sendsForRecovery = 0 }: MintPorts,
): number {
  if (apiKey !== undefined && state.isInSudoMode()) return Number.POSITIVE_INFINITY;
  return journal.guard.left() - (journal.hasLost() ? sendsForRecovery : 0);
}

/** How long until a one-time password exists that was not sent yet, in milliseconds. */
function untilNextOtp({ otpSource }: Credentials, state: MintState, clock: Clock, offsetMs: number): number {
  if (otpSource.kind !== "computed" || state.isInSudoMode()) return 0;
  const now = clock.now() + offsetMs;
  const step = Math.floor(now / otpSource.stepMs);
  return step === state.lastOtpStep ? (step + 1) * otpSource.stepMs - now : 0;
}

async function endTry(
  name: string,
  { accessToken, id }: { accessToken: string; id?: string },
  { api, journal }: MintPorts,
): Promise<TokenStatus> {
  const status = await revokeSelf(api, accessToken, { id, askedAt: api.clock.now() });
  if (!isLeft(status)) journal.record(name, { kind: "ended" });
  return status;
}
