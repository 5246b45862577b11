import { deadlineIn } from "../../fastly/index.ts";
import { inParallel } from "../../token/in-parallel.ts";
import { revokeById } from "../../token/revoke-by-id.ts";
import { revokeSelf } from "../../token/revoke-self.ts";
import { isLeft, type TokenStatus } from "../../token/token-status.ts";
import type { Crew, Lists } from "./crew.ts";
import { isOut } from "./fastly-user.ts";
import { shortestPauseMs } from "./list-pace.ts";
import type { Member } from "./member.ts";
import type { Minted } from "./types.ts";
import type { ListedTokens, Listing } from "./user-tokens.ts";

const endMs = 20_000;

/**
 * Long, because its functions share the crew.
 *
 * @param crew read at each call, since it holds these lists
 */
export function listsOf(crew: () => Crew): Lists {
  async function list(id: string): Promise<Listing> {
    const { find, ports, work, noteHealth, queue } = crew();
    const member = find(id);
    const listing = await work.track(member.tokens.list());
    if (listing.kind === "listed") {
      if (!member.user.wasListed) member.user.revision++;
      member.user.wasListed = true;
      member.listPace.noteList(listing, listing.ended, queue.length);
    }
    member.user.correctedAt = ports.clock.elapsed();
    noteHealth(member);
    queue.retry();
    return listing;
  }

  async function correct(ids: readonly string[], now = false): Promise<boolean> {
    const members = ids.map(crew().find).filter(({ user }) => !isOut(user));
    const wereRead = await Promise.all(
      members.map(async (member) => {
        if (!now && !(await isDue(member))) return true;
        return (await list(member.user.id)).kind === "listed";
      }),
    );
    return wereRead.every((wasRead) => wasRead);
  }

  /** Instances do not read one list at once: what one reads corrects what all of them know. */
  async function isDue({ user, listPace }: Member): Promise<boolean> {
    const { clock, store } = crew().ports;
    if (clock.elapsed() - user.correctedAt < listPace.pauseMs) return false;
    user.correctedAt = clock.elapsed();
    return store.takeOnce(`list ${user.id}`, shortestPauseMs);
  }

  async function end(id: string, { key }: ListedTokens, tokenId: string): Promise<TokenStatus> {
    const { ports, find, work, queue } = crew();
    const bounded = find(id).api.with({ deadline: deadlineIn(endMs, ports.clock) });
    const status = await work.track(revokeById(bounded, key.accessToken, tokenId));
    if (!isLeft(status)) await ports.store.ended(id, [tokenId]);
    queue.retry();
    return status;
  }

  async function endSelf({ user, name, token }: Minted): Promise<void> {
    const { ports, find, work } = crew();
    const bounded = find(user).api.with({ deadline: deadlineIn(endMs, ports.clock) });
    const status = await work.track(revokeSelf(bounded, token.accessToken, { id: token.id }));
    ports.onEvent({ kind: "settled", user, name, tokenId: token.id, status });
    if (!isLeft(status)) await ports.store.ended(user, [token.id]);
  }

  async function endLeftover({ user }: Member, listed: ListedTokens, ids: readonly string[]): Promise<void> {
    await inParallel(ids, 4, async (tokenId) => {
      await end(user.id, listed, tokenId);
    });
    crew().ports.onEvent({ kind: "leftover-ended", user: user.id, tokens: ids.length });
  }

  return { list, correct, end, endSelf, endLeftover };
}
