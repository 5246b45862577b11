import type { Clock, FastlyApi } from "../../fastly/index.ts";
import type { Passcodes } from "../../token/passcodes.ts";
import { guardPassword, type PasswordGuard } from "../../token/password-guard.ts";

/** A Fastly user that mints, as the configuration names it, with its secrets read. */
export interface UserConfig {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly passcodes: Passcodes;
  /** How many live tokens Fastly lets this user have. */
  readonly maxLiveTokens: number;
}

/** A user, and what became known of it since the configuration was loaded. */
export interface FastlyUser extends UserConfig {
  /** One for the whole life of the user: what it says of the password holds for every request. */
  readonly guard: PasswordGuard;
  /** Until when Fastly takes no writes of this user, by the clock's `elapsed`. */
  limitedUntil: number;
}

/** What all work with users needs, handed in. */
export interface UserPorts {
  /** Without a deadline of its own: each piece of work brings one. */
  api: FastlyApi;
  clock: Clock;
  random: () => number;
  /** Draws the nonce of a name. */
  newNonce: () => string;
  /** The broker's own host, which the names of its session keys state. */
  host: string;
}

export function fastlyUser(config: UserConfig): FastlyUser {
  return { ...config, guard: guardPassword(), limitedUntil: Number.NEGATIVE_INFINITY };
}

/** A user whose credentials were refused is out, until the configuration is loaded again. */
export function isOut({ guard }: FastlyUser): boolean {
  return guard.left() === 0;
}

export function hasTwoFactor({ passcodes }: FastlyUser): boolean {
  return passcodes.kind === "computed";
}
