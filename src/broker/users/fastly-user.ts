import type { Clock, FastlyApi } from "../../fastly/index.ts";
import { guardPassword, type PasswordGuard } from "../../token/password-guard.ts";
import type { ConfiguredUser } from "../config/configuration.ts";

/** A user, and what became known of it since the configuration was loaded. */
export interface FastlyUser extends ConfiguredUser {
  /** What was heard of the password holds for every request. */
  guard: PasswordGuard;
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
}

export function fastlyUser(config: ConfiguredUser): FastlyUser {
  const never = Number.NEGATIVE_INFINITY;
  return { ...config, guard: guardPassword(), limitedUntil: never, restsUntil: never, rests: 0 };
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
  user.guard = guardPassword();
}

export function hasTwoFactor({ otpSource }: FastlyUser): boolean {
  return otpSource.kind === "computed";
}
