import type { Clock, CreatedToken } from "../../fastly/index.ts";
import type { Signal } from "../../http/signal.ts";
import type { Grant } from "../../token/mismatch.ts";
import type { TokenName } from "../../token/token-name.ts";
import type { MintOutcome, TokenStatus } from "../../token/token-status.ts";
import type { Store } from "../store/store.ts";
import type { Accounts } from "./accounts.ts";
import type { ListedTokens, Listing } from "./user-tokens.ts";

export interface UsersPorts {
  clock: Clock;
  store: Store;
  accounts: Accounts;
  /** Whether this is the only instance: then session keys of others were left behind, and are ended. */
  isAlone: boolean;
  /** On a host that begins anew for each request: nobody waits in a queue, and nothing goes on in the background. */
  isForOneRequest?: boolean;
  /** How many rules share a user; one where it is not stated. */
  rulesOf?: (user: string) => number;
  onEvent: (event: UserEvent) => void;
  /** Called with what failed where nobody waits for it. */
  onFault: (error: unknown) => void;
}

export type UserEvent =
  | { kind: "out"; user: string }
  | { kind: "leftover-ended"; user: string; tokens: number }
  /** What became of a token that nobody got. Its ID is missing where its response was lost. */
  | { kind: "settled"; user: string; name: string; tokenId?: string; status: TokenStatus };

export interface MintOrder {
  rule: string;
  /** IDs of the rule's users. */
  users: readonly string[];
  /** Names the room that the token takes. */
  lease: string;
  name: Omit<TokenName, "serial">;
  grant: Grant;
  /** The caller is gone: what did not begin is not begun. */
  signal: Signal;
}

export interface Minted {
  kind: "minted";
  user: string;
  /** As it was asked for. */
  name: string;
  token: CreatedToken;
}

export type MintResult =
  | Minted
  | { kind: "no-room"; shortage: Shortage; retryAfterMs: number }
  /** Every user of the rule is out. */
  | { kind: "no-user" }
  /** Fastly is down, and was asked as often as it may be without a response. */
  | { kind: "resting"; retryAfterMs: number }
  /** The caller was gone before a token was asked for. */
  | { kind: "gave-up" }
  | { kind: "not-minted"; user: string; outcome: Exclude<MintOutcome, { kind: "minted" }> };

export interface UserState {
  id: string;
  out: boolean;
  resting: boolean;
  live: number;
  limit: number;
}

/** The Fastly users of one configuration. */
export interface Users {
  mint(order: MintOrder): Promise<MintResult>;
  /** A list of the user's live tokens, read after this call. */
  list(user: string): Promise<Listing>;
  /** Ends a token that stood on a list. */
  end(user: string, listed: ListedTokens, tokenId: string): Promise<TokenStatus>;
  /** Ends a token that nobody got. */
  endSelf(minted: Minted): Promise<void>;
  /** Lists these users anew, so that the store knows what lives. */
  correct(users: readonly string[]): Promise<void>;
  states(): Promise<UserState[]>;
  readonly queueLength: number;
  /** Waits for what is under way, and gives the users' accounts back. */
  close(): Promise<void>;
}

/** What is short: room for tokens, the hourly limit of writes, places in the queue, or a turn at a user. */
export type Shortage = "tokens" | "writes" | "queue" | "turns";
