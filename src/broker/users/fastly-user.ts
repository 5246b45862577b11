import type { Clock, FastlyApi, FastlyError, FastlyErrorCode } from "../../fastly/index.ts";
import {
  guardPassword,
  mostPasswordSends,
  type PasswordGuard,
  type PasswordUse,
} from "../../token/password-guard.ts";
import type { ConfiguredUser } from "../config/configuration.ts";

/** A guard that goes on after a rest, and after a reload. */
export interface UserGuard extends PasswordGuard {
  /** Called where the password begins to rest: one request may carry it afterwards. */
  rested(): void;
  /**
   * Called where the configuration was loaded again with the same credentials: an account may be unlocked by now, so one
   * request may carry a password that was refused. Once Fastly has refused it four times, a reload changes nothing.
   */
  reloaded(): void;
}

/** A user, and what became known of it since a configuration brought its credentials. */
export interface FastlyUser extends Omit<ConfiguredUser, "maxLiveTokens"> {
  /** As the latest configuration says. */
  maxLiveTokens: number;
  /** What is known about the password applies to every request. */
  guard: UserGuard;
  /** Until when Fastly takes no writes of this user, by the clock's `elapsed`. */
  limitedUntil: number;
  /** Until when the password rests, by the clock's `elapsed`. */
  restsUntil: number;
  /** How often in a row it had to. */
  rests: number;
  /** When its list was last asked for, by the clock's `elapsed`. */
  correctedAt: number;
  /** Whether this process has read its list: until then, what an earlier one made is not known. */
  wasListed: boolean;
  reportedOut: boolean;
  /** Tokens that this process made. */
  made: number;
  /** Counts what makes earlier leases doubtful: the first list, and the first word in an hour of scarce writes. */
  revision: number;
}

/** What all work with users needs, handed in. */
export interface UserPorts {
  /** Without a deadline of its own: each piece of work brings one. */
  api: FastlyApi;
  clock: Clock;
  /** Draws the nonce of a name. */
  newNonce: () => string;
  /** The broker's own host, which the names of its session keys state. */
  host: string;
  /** For a host whose processes are short-lived: keeps what they learn about passwords. */
  passwords?: PasswordRecords;
}

/** What is known about a user's password. Times are of the clock's `elapsed`. */
export interface PasswordRecord {
  use: PasswordUse;
  limitedUntil: number;
  restsUntil: number;
  rests: number;
}

/** Keeps what is known about passwords for later processes. */
export interface PasswordRecords {
  recall(user: string): PasswordRecord | undefined;
  /** Called after each change. */
  keep(user: string, record: PasswordRecord): void;
}

const never = 0;
const unheard: PasswordRecord = {
  use: { verdict: "unheard", sends: 0 },
  limitedUntil: never,
  restsUntil: never,
  rests: 0,
};

export function fastlyUser(config: ConfiguredUser, passwords?: PasswordRecords): FastlyUser {
  const { use, ...record } = passwords?.recall(config.id) ?? unheard;
  const user: FastlyUser = {
    ...config,
    ...record,
    guard: guardWithDoubt(use, keep),
    correctedAt: Number.NEGATIVE_INFINITY,
    wasListed: false,
    reportedOut: false,
    made: 0,
    revision: 0,
  };
  function keep(use: PasswordUse): void {
    const { limitedUntil, restsUntil, rests } = user;
    passwords?.keep(config.id, { use, limitedUntil, restsUntil, rests });
  }
  return user;
}

/**
 * The guard of a password that serves for months. A job stops at any refusal; the broker, which would stop for
 * everybody, does so where Fastly says that the credentials are wrong, the account locked, or that it needs something
 * first. Whatever else a refusal says may be of the request, or of the moment: then the password is one again of which
 * nothing is known, and is sent as rarely.
 */
function guardWithDoubt(given: PasswordUse, keep: (use: PasswordUse) => void): UserGuard {
  let use = given;
  let refusals = 0;
  let inner = guardPassword(use, note);

  function note(now: PasswordUse): void {
    use = now;
    keep(now);
  }

  function become(next: PasswordUse): void {
    inner = guardPassword(next, note);
    note(next);
  }

  function sendOnceMore(): void {
    become({ verdict: "unheard", sends: mostPasswordSends - 1 });
  }

  return {
    get verdict() {
      return inner.verdict;
    },
    left: () => inner.left(),
    sending: () => inner.sending(),
    notSent: () => inner.notSent(),
    accepted: () => {
      refusals = 0;
      inner.accepted();
    },
    refused: (error) => {
      if (provesRefusal(error)) {
        refusals++;
        inner.refused(error);
      } else if (inner.verdict === "accepted") become({ verdict: "unheard", sends: 1 });
    },
    rested: sendOnceMore,
    reloaded: () => {
      if (inner.verdict === "refused" && refusals < mostPasswordSends) sendOnceMore();
    },
  };
}

const refusesCredentials: ReadonlySet<FastlyErrorCode> = new Set([
  "refused-credentials",
  "missing-credentials",
  "account-locked",
]);

function provesRefusal({ code, accountNeeds }: FastlyError): boolean {
  return accountNeeds !== undefined || refusesCredentials.has(code);
}

/** A user whose credentials were refused is out, until a reload changes them or has them sent once more. */
export function isOut({ guard }: FastlyUser): boolean {
  return guard.verdict === "refused";
}

export function isResting({ restsUntil }: FastlyUser, clock: Clock): boolean {
  return restsUntil > clock.elapsed();
}

const firstRestMs = 15_000;
const longestRestMs = 10 * 60_000;

/**
 * Lets a password rest that was sent as often as an unverified one may be: Fastly is down, or responds in
 * a way that nobody understands, and each request may count as a wrong password. After a rest it is sent once, and the
 * next rest is twice as long.
 */
export function restWhereSpent(user: FastlyUser, clock: Clock): void {
  if (user.guard.verdict === "accepted") user.rests = 0;
  if (isOut(user) || user.guard.left() > 0) return;
  user.restsUntil = clock.elapsed() + Math.min(longestRestMs, firstRestMs * 2 ** user.rests++);
  user.guard.rested();
}

export function hasTwoFactor({ otpSource }: FastlyUser): boolean {
  return otpSource.kind === "computed";
}
