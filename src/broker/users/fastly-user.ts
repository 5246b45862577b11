import type { Clock, FastlyApi } from "../../fastly/index.ts";
import { guardPassword, type PasswordGuard, type PasswordUse } from "../../token/password-guard.ts";
import type { ConfiguredUser } from "../config/configuration.ts";

/** A user, and what became known of it since the configuration was loaded. */
export interface FastlyUser extends ConfiguredUser {
  /** What was heard of the password holds for every request. */
  guard: PasswordGuard;
  /** Begins anew with a password that has rested. */
  renewGuard(): void;
  /** Until when Fastly takes no writes of this user, by the clock's `elapsed`. */
  limitedUntil: number;
  /** Until when the password rests, by the clock's `elapsed`. */
  restsUntil: number;
  /** How often in a row it had to. */
  rests: number;
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
  /** Where the process lives shorter than what it hears of passwords. */
  passwords?: PasswordRecords;
}

/** What was heard of a user's password. Times are of the clock's `elapsed`. */
export interface PasswordRecord {
  use: PasswordUse;
  limitedUntil: number;
  restsUntil: number;
  rests: number;
}

/** Keeps what was heard of passwords for the processes that come after. */
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
    guard: guardPassword(use, keep),
    renewGuard: () => {
      user.guard = guardPassword(unheard.use, keep);
      keep(unheard.use);
    },
  };
  function keep(use: PasswordUse): void {
    const { limitedUntil, restsUntil, rests } = user;
    passwords?.keep(config.id, { use, limitedUntil, restsUntil, rests });
  }
  return user;
}

/** A user whose credentials were refused is out, until the configuration is loaded again. */
export function isOut({ guard }: FastlyUser): boolean {
  return guard.verdict === "refused";
}

const firstRestMs = 15_000;
const longestRestMs = 10 * 60_000;

/**
 * Lets a password rest that was sent as often as one may be of which nothing is known: Fastly is down, or answers in
 * a way that nobody understands, and each request may count as a wrong password. The rest doubles each time.
 */
export function restWhereSpent(user: FastlyUser, clock: Clock): void {
  if (user.guard.verdict === "accepted") user.rests = 0;
  if (isOut(user) || user.guard.left() > 0) return;
  user.restsUntil = clock.elapsed() + Math.min(longestRestMs, firstRestMs * 2 ** user.rests++);
  user.renewGuard();
}

export function hasTwoFactor({ otpSource }: FastlyUser): boolean {
  return otpSource.kind === "computed";
}
