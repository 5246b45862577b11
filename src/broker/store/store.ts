/**
 * What instances of the broker have in common: JWT IDs that were used, quotas of rules, and leases on the room that
 * users have below their limits of live tokens. Every operation is atomic.
 */
export interface Store {
  /**
   * Since when it remembers, in milliseconds since 1970, where it forgets with the process: a JWT that was issued
   * before may have been used. Missing where it outlives the process.
   */
  readonly remembersSince?: number;
  /** Takes a request in: the rule's quotas are judged first, then the JWT's ID is taken, for good. */
  admit(request: AdmissionRequest): Promise<Admission>;
  /** Gives back what `admit` took of the rule's quotas, where no token was made. The JWT stays used. */
  withdraw(rule: string, lease: string): Promise<void>;
  /**
   * Takes what is good for one use: a JWT's ID, a one-time password's step.
   *
   * @returns false where it was taken before
   */
  takeOnce(key: string, keepMs: number): Promise<boolean>;
  /** When this key was first asked about, in milliseconds since 1970: now, where it never was. */
  firstSeen(key: string, keepMs: number): Promise<number>;
  /**
   * Takes room at the user that has most of it, among those whose writes last for one more token: each rule that
   * shares a user has an equal part of them.
   */
  takeRoom(lease: RoomLease, candidates: readonly Candidate[]): Promise<Room>;
  /** Notes which token a lease has become, and until when it holds. */
  keepRoom(user: string, lease: string, token: LeasedToken): Promise<void>;
  giveRoomBack(user: string, lease: string): Promise<void>;
  /** Gives back the room, and the place among the rule's live tokens, of tokens that are known to have ended. */
  ended(user: string, tokenIds: readonly string[]): Promise<void>;
  /**
   * Corrects what is known of a user by a list of their live tokens.
   *
   * @returns how many leases it ended
   */
  correct(user: string, list: UserList): Promise<number>;
  /**
   * Notes how many writes Fastly leaves a user until its hour is over. Only small numbers are noted: of a user without
   * a note, or whose hour is over, there are enough. Within one hour the least holds.
   */
  noteWrites(user: string, left: WritesLeft): Promise<void>;
  /** How many live tokens each of these users is known to have. */
  occupancy(users: readonly string[]): Promise<Map<string, number>>;
  /** Rejects where the store cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The store cannot be reached: nothing is known of its contents, and nothing may be minted. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  /** Whether the operation may have been carried out all the same. */
  readonly wasSent: boolean;

  constructor(message: string, { wasSent = true, cause }: { wasSent?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.wasSent = wasSent;
  }
}

/** For what is done only to tidy up, and must not hide what came before: leases end by themselves. */
export function unlessAway(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
}

export interface AdmissionRequest {
  jwtId: string;
  /** How long the JWT's ID is kept, in milliseconds. */
  keepMs: number;
  rule: string;
  /** Names the place that the token will have among the rule's. */
  lease: string;
  /** How long the token will live, in milliseconds. */
  lifetimeMs: number;
  quotas: Quotas;
}

export interface Quotas {
  /** Tokens of the rule that live at once. */
  maxLive?: number | undefined;
  perHour?: number | undefined;
}

export type Admission =
  | { kind: "admitted" }
  | { kind: "reused" }
  | { kind: "quota-exceeded"; quota: "max_live" | "per_hour"; retryAfterMs: number };

export interface Candidate {
  user: string;
  /** Live tokens that the user may have. */
  limit: number;
  /** How many rules share the user. */
  rules: number;
}

/** What Fastly's headers say of a user's hourly limit of writes. */
export interface WritesLeft {
  remaining: number;
  /** When the count starts anew, in milliseconds since 1970. */
  resetsAt: number;
}

export interface RoomLease {
  id: string;
  rule: string;
  lifetimeMs: number;
}

export type Room =
  | { kind: "room"; user: string; left: number }
  /**
   * `freeInMs`: until the first known token expires, where one does, or the first user may write again. `outOfWrites`:
   * every user that was asked for has too few writes left, and nothing but time helps.
   */
  | { kind: "full"; freeInMs: number | undefined; outOfWrites: boolean };

export interface LeasedToken {
  tokenId: string;
  /** In milliseconds since 1970. */
  expiresAt: number;
}

export interface UserList {
  /** When the list was asked for: tokens that were made later are not missing from it. */
  askedAt: number;
  tokens: readonly { id: string; expiresAt: number | null }[];
}
