import { parseTokenName } from "../../token/token-name.ts";
import type { ListedToken } from "../users/user-tokens.ts";
import { isOfRun } from "./end.ts";
import type { Identified } from "./identify.ts";
import type { Mint } from "./mints-under-way.ts";
import { type Refused, refusal } from "./refusal.ts";
import type { Generation, Service } from "./service.ts";

/** GitHub's clock and Fastly's may differ. */
const skewMs = 30_000;

/** Whether a JWT is of before this process began to remember: an earlier one may have made a token for it. */
export function mayBeUsedBefore(
  { verified: { claims } }: Identified,
  { store: { remembersSince = Number.NEGATIVE_INFINITY } }: Service,
): boolean {
  // `iat` is in whole seconds.
  return (claims.iat + 1) * 1000 <= remembersSince;
}

/**
 * Refuses such a JWT where a token that its job has got since lives. Fastly's lists are the record that outlives a
 * process. Whoever asks in good faith has a fresh JWT for each try.
 */
export async function refuseUsedBefore(
  { verified: { claims }, run }: Identified,
  users: readonly string[],
  { users: fastlyUsers }: Generation,
  { mints }: Service,
): Promise<Refused | undefined> {
  const listings = await Promise.all(users.map((user) => fastlyUsers.list(user)));
  const tokens = listings.flatMap((listing) => (listing.kind === "listed" ? listing.tokens : []));
  const doubtful = tokens.filter(isOfJwt);
  if (doubtful.some(({ name }) => !mintOf(name)))
    return refusal(
      "token_reused",
      "This JWT has been used before. Each JWT is valid for one request; ask GitHub for a fresh one.",
      { reason: "used_before_start" },
    );
  if (doubtful.length === 0 && listings.every((listing) => listing.kind === "listed" && listing.isOwnList))
    return undefined;
  return refusal(
    "store_unavailable",
    "This JWT was issued before the broker started, so it may have been used already. Try again with a fresh JWT.",
    { retryAfterMs: 1_000, reason: "issued_before_start" },
  );

  function mintOf(name: string): Mint | undefined {
    const parsed = parseTokenName(name);
    return parsed && mints.find(parsed.nonce, run);
  }

  /**
   * Not of one that this process made, since it knows which JWT it made it for. The nonce alone proves nothing: whoever
   * asks chooses it, and may have chosen the same before the start.
   */
  function isOfJwt({ id, name, createdAt = Number.POSITIVE_INFINITY }: ListedToken): boolean {
    const parsed = parseTokenName(name);
    if (!parsed || !isOfRun(parsed, run) || createdAt < claims.iat * 1000 - skewMs) return false;
    if (mintOf(name)?.tokenId === id) return false;
    const { check_run_id: checkRunId } = claims;
    return checkRunId === undefined || parsed.checkRunId === undefined || parsed.checkRunId === checkRunId;
  }
}
