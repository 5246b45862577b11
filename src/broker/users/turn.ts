import { deadlineIn, type FastlyError } from "../../fastly/index.ts";
import type { Signal } from "../../http/signal.ts";
import { type Attempt, keepJournal } from "../../token/journal.ts";
import { mintToken } from "../../token/mint-token.ts";
import type { Credentials } from "../../token/minting.ts";
import { settleAttempts } from "../../token/settle-attempts.ts";
import type { MintOutcome } from "../../token/token-status.ts";
import { waitUntil } from "./bounded-wait.ts";
import type { Crew } from "./crew.ts";
import { hasTwoFactor } from "./fastly-user.ts";
import { type Member, passwordOf } from "./member.ts";
import type { SessionKey, SessionResult } from "./session-key.ts";
import type { MintOrder } from "./types.ts";

/** The turn was over before anything was sent, or the user's one-time password is one that another request uses. */
export interface TooLate {
  kind: "too-late";
  untilNextMs?: number;
}

/** `hasLost`: a token may exist whose response was lost. */
export type TurnOutcome = MintOutcome & { hasLost?: boolean };

const mintMs = 15_000;
/** A create takes up to a minute (assumed: create-settles), and the look after it some seconds. */
const settleMs = 75_000;

/** Mints as one user; where the session key was not accepted, once more with another. */
export async function mintInTurn(
  member: Member,
  order: MintOrder,
  turnUntil: number,
  crew: Crew,
): Promise<TurnOutcome | TooLate> {
  for (let tries = 1; ; tries++) {
    const found = await credentialsOf(member, order.signal, turnUntil, crew);
    if (!("credentials" in found)) return found;
    const { credentials, key } = found;
    const outcome = await crew.work.track(mintAs(member, credentials, order, crew));
    if (!key || tries === 2 || outcome.hasLost || !isAboutTheKey(outcome)) return outcome;
    member.sessions.reject(key);
  }
}

type Found =
  | { credentials: Credentials; key?: SessionKey }
  | Exclude<MintOutcome, { kind: "minted" }>
  | TooLate;

/** A user with two-factor authentication mints with a key in sudo mode, which costs one password for many tokens. */
async function credentialsOf(
  { user, sessions }: Member,
  signal: Signal,
  turnUntil: number,
  { ports, work }: Crew,
): Promise<Found> {
  const credentials = passwordOf(user);
  if (!hasTwoFactor(user)) return { credentials };
  // A session key that serves one request alone costs two one-time passwords, and the token itself one.
  if (ports.isForOneRequest) {
    const otp = await sessions.otpNow();
    if (otp.kind === "used") return { kind: "too-late", untilNextMs: otp.untilNextMs };
    return { credentials: { ...credentials, otpSource: otp.source } };
  }
  const known = sessions.keyInSudoModeNow();
  if (known) return withKey(credentials, known);
  const opening = work.track(sessions.keyInSudoMode());
  const session = await waitUntil(turnUntil, signal, ports.clock, (bounded) =>
    Promise.race([opening, aborted(bounded)]),
  );
  return session.kind === "key" ? withKey(credentials, session.key) : withoutKey(session);
}

function withKey(credentials: Credentials, key: SessionKey): Found {
  return { credentials: { ...credentials, apiKey: key.accessToken, sudoSince: key.sudoSince }, key };
}

function withoutKey(session: Exclude<SessionResult, { kind: "key" }> | TooLate): Found {
  if (session.kind === "too-late") return session;
  if (session.kind === "out") return { kind: "password-not-sent", why: "refused" };
  return session.error ? { kind: "failed", error: session.error, tries: 1 } : { kind: "interrupted" };
}

function aborted(signal: Signal): Promise<TooLate> {
  return new Promise((resolve) => {
    const give = () => resolve({ kind: "too-late" });
    if (signal.aborted) give();
    else signal.addEventListener("abort", give, { once: true });
  });
}

async function mintAs(
  member: Member,
  credentials: Credentials,
  order: MintOrder,
  crew: Crew,
): Promise<TurnOutcome> {
  let attempts: Attempt[] = [];
  const deadline = deadlineIn(mintMs, crew.ports.clock);
  const journal = keepJournal((kept) => {
    attempts = kept.attempts;
  }, member.user.guard);
  const outcome = await mintToken(order.name, order.grant, credentials, {
    api: member.api.with({ deadline }),
    journal,
    endsWhereFull: true,
    hide: () => {},
    report: () => {},
  });
  const lost = attempts.filter(({ name, status }) => {
    const isHandedOver = outcome.kind === "minted" && outcome.name === name;
    return !isHandedOver && (status.kind === "unknown" || status.kind === "created");
  });
  if (lost.length > 0) crew.work.inBackground(settle(member, lost, crew));
  return { ...outcome, hasLost: lost.length > 0 };
}

/** Ends tokens whose responses were lost; until that is known, they are on the user's list and take room there. */
async function settle(
  { user, sessions, api }: Member,
  lost: readonly Attempt[],
  { ports, closed }: Crew,
): Promise<void> {
  const session = await sessions.key();
  if (session.kind !== "key") return;
  const bounded = api.with({ deadline: deadlineIn(settleMs, ports.clock), signal: closed });
  const reports = await settleAttempts(lost, session.key, bounded);
  for (const { name, status } of reports) ports.onEvent({ kind: "settled", user: user.id, name, status });
}

function isAboutTheKey(outcome: MintOutcome): boolean {
  return outcome.kind === "failed" && !outcome.error.mayHaveHappened && keyRefusals.has(outcome.error.code);
}

const keyRefusals: ReadonlySet<FastlyError["code"]> = new Set(["unauthorized", "expired-key", "forbidden"]);
