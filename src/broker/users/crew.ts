import type { Signal } from "../../http/signal.ts";
import type { TokenStatus } from "../../token/token-status.ts";
import type { UnderWay } from "./background.ts";
import type { Member } from "./member.ts";
import type { RoomQueue } from "./room-queue.ts";
import type { Minted, UsersPorts } from "./types.ts";
import type { ListedTokens, Listing } from "./user-tokens.ts";

/** What all work with the users of one configuration shares. */
export interface Crew {
  ports: UsersPorts;
  members: ReadonlyMap<string, Member>;
  find(id: string): Member;
  queue: RoomQueue;
  lists: Lists;
  work: UnderWay;
  /** Records the result of a use of a user's password. */
  noteHealth(member: Member): void;
  /** Aborts what would go on for long, at the end. */
  closed: Signal;
}

/** Lists users' tokens and ends them, so that the store knows what lives. */
export interface Lists {
  list(id: string): Promise<Listing>;
  /**
   * @param now whether a list is due however recent the last one is
   * @returns whether each list that was due was read
   */
  correct(ids: readonly string[], now?: boolean): Promise<boolean>;
  end(id: string, listed: ListedTokens, tokenId: string): Promise<TokenStatus>;
  endSelf(minted: Minted): Promise<void>;
  /** Ends session keys that another process has left. */
  endLeftover(member: Member, listed: ListedTokens, ids: readonly string[]): Promise<void>;
}
