import {
  asFastlyError,
  type Clock,
  type CreatedToken,
  createToken,
  type Deadline,
  type FastlyApi,
  type FastlyError,
  type FastlyErrorCode,
  isoTime,
  type MintingCredentials,
  requestSudo,
} from "../fastly/index.ts";
import { retryDelay } from "../fastly/retry-delay.ts";
import { type Ending, endToken } from "./end-token.ts";
import type { JournalKeeper } from "./journal.ts";
import { type Grant, type Mismatch, mismatches } from "./mismatch.ts";
import type { Passcodes } from "./passcodes.ts";
import { formatTokenName, type TokenName } from "./token-name.ts";

/** The Fastly user that mints, as the inputs name them. */
export interface Minter {
  username: string;
  password: string;
  passcodes: Passcodes;
  /** An existing token of that user: then sudo is asked first, and the create carries this key. */
  apiKey?: string | undefined;
}

/** Everything that minting touches, handed in. */
export interface MintPorts {
  api: FastlyApi;
  clock: Clock;
  deadline: Deadline;
  random: () => number;
  signal?: AbortSignal | undefined;
  journal: JournalKeeper;
  /** How many answers to the same credentials were lost before this: if they are wrong, each try may count towards a lock. */
  lostAnswers?: number;
  /** Called with each secret as soon as it exists, before anything else can print it. */
  hide: (secret: string) => void;
  say: (progress: Progress) => void;
}

/** What minting has to tell while it goes on. */
export type Progress =
  | { kind: "answer-lost"; error: FastlyError; waitMs: number }
  | { kind: "sudo-answer-lost"; error: FastlyError; waitMs: number }
  | { kind: "waiting-for-connection"; error: FastlyError; waitMs: number }
  | { kind: "waiting-for-passcode"; waitMs: number }
  | { kind: "waiting-for-room"; error: FastlyError; waitMs: number }
  | { kind: "waiting-for-rate-limit"; waitMs: number }
  | { kind: "correcting-clock"; offsetMs: number; waitMs: number };

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
  const course = newCourse(ports.lostAnswers ?? 0);
  for (;;) {
    course.tries++;
    const result = await tryOnce(name, grant, minter, course, ports);
    const { outcome, pause } = await judge(result, grant, minter, course, ports);
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
  course: Course,
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
        ending: await endTry(result, ports),
      };
      const offByTime = found.every(({ kind }) => kind === "lives-too-long" || kind === "dead-on-arrival");
      return {
        outcome,
        pause: offByTime ? pauseToCorrectClock(result, minter, course, ports.clock) : undefined,
      };
    }
    case "odd-answer":
      return { outcome: { kind: "odd-answer", error: result.error, ending: await endTry(result, ports) } };
    case "error": {
      const { error } = result;
      if (error.code === "aborted") return { outcome: { kind: "interrupted" } };
      const pause = pauseAfter(error, minter, course, ports);
      return { outcome: { kind: "failed", error, tries: course.tries }, pause };
    }
  }
}

/** What has happened so far in one minting. */
interface Course {
  tries: number;
  /** The serial of the name to ask for next. A name whose fate is unknown is never asked for again. */
  serial: number;
  lostAnswers: number;
  refusedPasscodes: number;
  lastPasscodeStep: number | undefined;
  /** When sudo was granted, by the clock's `elapsed`. */
  sudoSince: number | undefined;
  /** How far the server's clock is ahead of the machine's, where that matters. */
  offsetMs: number;
  clockCorrected: boolean;
}

function newCourse(lostAnswers: number): Course {
  return {
    tries: 0,
    serial: 1,
    lostAnswers,
    refusedPasscodes: 0,
    lastPasscodeStep: undefined,
    sudoSince: undefined,
    offsetMs: 0,
    clockCorrected: false,
  };
}

type Try =
  | {
      kind: "created";
      name: string;
      token: CreatedToken;
      accessToken: string;
      askedAt: number;
      expiresAt: Date;
    }
  | { kind: "odd-answer"; name: string; error: FastlyError; accessToken: string }
  | { kind: "error"; error: FastlyError };

async function tryOnce(
  family: Omit<TokenName, "serial">,
  grant: Grant,
  minter: Minter,
  course: Course,
  ports: MintPorts,
): Promise<Try> {
  const { api, clock, journal, hide } = ports;
  const name = formatTokenName({ ...family, serial: course.serial });
  let accessToken: string | undefined;
  try {
    const credentials = await credentialsFor(minter, course, ports);
    const askedAt = clock.now();
    const expiresAt = new Date(Math.floor((askedAt + course.offsetMs) / 1000) * 1000 + grant.lifetimeMs);
    journal.intend(name, isoTime(expiresAt.getTime()));
    const order = { name, scopes: grant.scopes, services: grant.services, expiresAt };
    const token = await createToken(api, order, credentials, (received) => {
      hide(received);
      accessToken = received;
      journal.record(name, { kind: "made", accessToken: received });
    });
    journal.record(
      name,
      { kind: "made", accessToken: token.accessToken, id: token.id },
      token.expiresAt ?? "never",
    );
    return { kind: "created", name, token, accessToken: token.accessToken, askedAt, expiresAt };
  } catch (caught) {
    const error = asFastlyError(caught);
    if (accessToken !== undefined) return { kind: "odd-answer", name, error, accessToken };
    if (mayRefuseCredentials(error, minter)) journal.recordRefusal();
    if (!error.mayHaveHappened) journal.record(name, { kind: "never-made" });
    return { kind: "error", error };
  }
}

/** Refusals of a request that carried a password, as long as they do not say that something else was wrong. */
function mayRefuseCredentials({ code, operation }: FastlyError, { apiKey }: Minter): boolean {
  const carriedPassword = apiKey === undefined || operation === "POST /sudo";
  return carriedPassword && credentialRefusals.has(code);
}

const credentialRefusals: ReadonlySet<FastlyErrorCode> = new Set([
  "refused-credentials",
  "account-locked",
  "missing-credentials",
  "bad-request",
  "unauthorized",
  "forbidden",
]);

/** With a key, sudo is asked first; later tries find the key in sudo mode still, until that is nearly over. */
async function credentialsFor(minter: Minter, course: Course, ports: MintPorts): Promise<MintingCredentials> {
  const { username, password, apiKey } = minter;
  if (apiKey === undefined)
    return { kind: "password", username, password, otp: passcodeFor(minter, course, ports) };
  if (!isInSudoMode(course, ports.clock)) {
    await requestSudo(ports.api, apiKey, { username, password, otp: passcodeFor(minter, course, ports) });
    course.sudoSince = ports.clock.elapsed();
  }
  return { kind: "key-in-sudo-mode", key: apiKey };
}

/** Sudo mode lasts for five minutes (Fastly's page on sudo). */
const sudoMs = 4 * 60_000;

function isInSudoMode({ sudoSince }: Course, clock: Clock): boolean {
  return sudoSince !== undefined && clock.elapsed() - sudoSince < sudoMs;
}

function passcodeFor({ passcodes }: Minter, course: Course, ports: MintPorts): string | undefined {
  if (passcodes.kind === "none") return undefined;
  if (passcodes.kind === "typed") return passcodes.code;
  const now = ports.clock.now() + course.offsetMs;
  const code = passcodes.codeAt(now);
  ports.hide(code);
  course.lastPasscodeStep = Math.floor(now / passcodes.stepMs);
  return code;
}

async function endTry(made: { name: string; accessToken: string }, ports: MintPorts): Promise<Ending> {
  const ending = await endToken(ports.api, made.accessToken);
  if (ending.kind === "revoked" || ending.kind === "already-gone")
    ports.journal.record(made.name, { kind: "ended" });
  return ending;
}

/**
 * Where a token lives too long or not at all although Fastly took the expiry as it was sent, the machine's
 * clock is wrong: measures by how much, once, and moves on to the next name.
 */
function pauseToCorrectClock(
  { token, expiresAt, askedAt }: Extract<Try, { kind: "created" }>,
  minter: Minter,
  course: Course,
  clock: Clock,
): Progress | undefined {
  const takenAsSent =
    token.expiresAt !== null && Math.abs(Date.parse(token.expiresAt) - expiresAt.getTime()) <= 1000;
  if (!takenAsSent || course.clockCorrected) return undefined;
  course.clockCorrected = true;
  course.offsetMs = Date.parse(token.createdAt) - askedAt;
  course.serial++;
  const waitMs = untilNextPasscode(minter, course, clock);
  return waitMs === undefined ? undefined : { kind: "correcting-clock", offsetMs: course.offsetMs, waitMs };
}

const mostLostAnswers = 2;
const mostRefusedPasscodes = 2;
const notableOffsetMs = 10_000;

/** Whether to try again after an error, and what to wait for before. Undefined for a final one. */
function pauseAfter(
  error: FastlyError,
  minter: Minter,
  course: Course,
  ports: MintPorts,
): Progress | undefined {
  const waitMs = retryDelay(course.tries, error.retryAfterMs, ports.random);
  if (error.code === "unreachable" || error.code === "proxy-failed")
    return { kind: "waiting-for-connection", error, waitMs };
  const corrected = learnClock(error, course, ports.clock);
  const passcodeMs = untilNextPasscode(minter, course, ports.clock);
  // A passcode typed in by hand works once, and it may have been used up just now.
  if (passcodeMs === undefined) return undefined;
  const waitLonger = Math.max(waitMs, passcodeMs);

  switch (error.code) {
    case "refused-otp":
      if (minter.passcodes.kind !== "computed" || ++course.refusedPasscodes > mostRefusedPasscodes)
        return undefined;
      return { kind: "waiting-for-passcode", waitMs: passcodeMs };
    case "token-limit":
      return { kind: "waiting-for-room", error, waitMs: waitLonger };
    case "rate-limited":
      return { kind: "waiting-for-rate-limit", waitMs: waitLonger };
    case "invalid-expiry":
      if (!corrected) return undefined;
      return { kind: "correcting-clock", offsetMs: course.offsetMs, waitMs: passcodeMs };
    default:
      if (!error.mayHaveHappened || ++course.lostAnswers > mostLostAnswers) return undefined;
      if (error.operation === "POST /sudo") return { kind: "sudo-answer-lost", error, waitMs: waitLonger };
      course.serial++;
      return { kind: "answer-lost", error, waitMs: waitLonger };
  }
}

/** Takes the server's time from a refusal, once, where the machine's clock is notably off. */
function learnClock(error: FastlyError, course: Course, clock: Clock): boolean {
  if (error.serverNow === undefined || course.clockCorrected) return false;
  const offsetMs = error.serverNow - clock.now();
  if (Math.abs(offsetMs) < notableOffsetMs) return false;
  course.clockCorrected = true;
  course.offsetMs = offsetMs;
  return true;
}

/** How long until a passcode exists that was not sent yet; undefined where there will be none. */
function untilNextPasscode({ passcodes }: Minter, course: Course, clock: Clock): number | undefined {
  if (passcodes.kind === "none" || isInSudoMode(course, clock)) return 0;
  if (passcodes.kind === "typed") return undefined;
  const now = clock.now() + course.offsetMs;
  const step = Math.floor(now / passcodes.stepMs);
  return step === course.lastPasscodeStep ? (step + 1) * passcodes.stepMs - now : 0;
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
