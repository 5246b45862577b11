import { type CreatedToken, deadlineIn } from "../../fastly/index.ts";
import { inParallel } from "../../token/in-parallel.ts";
import { revokeById } from "../../token/revoke-by-id.ts";
import { revokeSelf } from "../../token/revoke-self.ts";
import { isLeft, type TokenStatus } from "../../token/token-status.ts";
import type { Crew, Lists } from "./crew.ts";
import { isOut } from "./fastly-user.ts";
import type { Member } from "./member.ts";
import type { ListedTokens, Listing } from "./user-tokens.ts";

const endMs = 20_000;
const correctionMs = 1_000;

/** @param crew read at each call, since it holds these lists */
export function listsOf(crew: () => Crew): Lists {
  async function list(id: string): Promise<Listing> {
    const { find, ports, work, noteHealth, queue } = crew();
    const member = find(id);
    const listing = await work.track(member.tokens.list());
    if (!member.wasListed && listing.kind === "listed") member.revision++;
    member.wasListed ||= listing.kind === "listed";
    member.correctedAt = ports.clock.elapsed();
    noteHealth(member);
    queue.retry();
    return listing;
  }

  async function correct(ids: readonly string[], now = false): Promise<boolean> {
    const { find, ports } = crew();
    const due = ids.map(find).filter(({ user, correctedAt }) => {
      return !isOut(user) && (now || ports.clock.elapsed() - correctedAt >= correctionMs);
    });
    for (const member of due) member.correctedAt = ports.clock.elapsed();
    const listings = await Promise.all(due.map(({ user }) => list(user.id)));
    return listings.every(({ kind }) => kind === "listed");
  }

  async function end(id: string, { key }: ListedTokens, tokenId: string): Promise<TokenStatus> {
    const { ports, find, work, queue } = crew();
    const bounded = find(id).api.with({ deadline: deadlineIn(endMs, ports.clock) });
    const status = await work.track(revokeById(bounded, key.accessToken, tokenId));
    if (!isLeft(status)) await ports.store.ended(id, [tokenId]);
    queue.retry();
    return status;
  }

  async function endSelf(id: string, token: CreatedToken): Promise<void> {
    const { ports, find, work } = crew();
    const bounded = find(id).api.with({ deadline: deadlineIn(endMs, ports.clock) });
    const status = await work.track(revokeSelf(bounded, token.accessToken));
    if (!isLeft(status)) await ports.store.ended(id, [token.id]);
  }

  async function endLeftover({ user }: Member, listed: ListedTokens, ids: readonly string[]): Promise<void> {
    await inParallel(ids, 4, async (tokenId) => {
      await end(user.id, listed, tokenId);
    });
    crew().ports.onEvent({ kind: "leftover-ended", user: user.id, tokens: ids.length });
  }

  return { list, correct, end, endSelf, endLeftover };
}
