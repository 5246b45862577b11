import { deadlineIn } from "../../fastly/index.ts";
import type { Credentials } from "../../token/minting.ts";
import type { ConfiguredUser } from "../config/configuration.ts";
import type { Candidate } from "../store/store.ts";
import type { UnderWay } from "./background.ts";
import { type FastlyUser, fastlyUser, hasTwoFactor, type UserPorts } from "./fastly-user.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { createListPace, type ListPace } from "./list-pace.ts";
import { type SessionKeys, sessionKeys } from "./session-key.ts";
import type { UsersPorts } from "./types.ts";
import { type ListedTokens, type UserTokens, userTokens } from "./user-tokens.ts";
import { hearOfWrites } from "./writes-left.ts";

/** A user, and all that works with it. */
export interface Member {
  user: FastlyUser;
  /** Hears what Fastly says of this user's writes. */
  api: UserPorts["api"];
  sessions: SessionKeys;
  tokens: UserTokens;
  limiter: Limiter;
  candidate: Candidate;
  /** When its list was last asked for, by the clock's `elapsed`. */
  correctedAt: number;
  /** How soon it is asked for again, where nothing else asks for it. */
  listPace: ListPace;
  /** Whether this process has read its list: until then, what an earlier one made is not known. */
  wasListed: boolean;
  reportedOut: boolean;
  /** Tokens that this process made. */
  made: number;
  /** Counts what makes earlier leases doubtful: the first list, and the first word in an hour of scarce writes. */
  revision: number;
}

const mostWithPassword = 4;
const mostWithKey = 8;
const listMs = 15_000;
/** As long as the writes last for so many times the tokens that a user may have, nobody counts them. */
const scarceFactor = 3;

export function openMember(
  config: ConfiguredUser,
  ports: UsersPorts,
  { inBackground }: UnderWay,
  onLeftover: (member: Member, listed: ListedTokens, ids: string[]) => void,
): Member {
  const { store, clock } = ports;
  const user = fastlyUser(config, ports.passwords);
  let scarceUntil = 0;
  const api = hearOfWrites(ports.api, (left) => {
    if (left.remaining >= config.maxLiveTokens * scarceFactor) return;
    if (left.resetsAt > scarceUntil) member.revision++;
    scarceUntil = Math.max(scarceUntil, left.resetsAt);
    inBackground(store.noteWrites(user.id, left));
  });
  const sessions = sessionKeys(user, store, { ...ports, api });
  // Until Fastly has accepted the password once, one request at a time carries it.
  const most = () =>
    user.guard.verdict === "accepted" ? (hasTwoFactor(user) ? mostWithKey : mostWithPassword) : 1;
  // The session key takes room as well; where one replaces another, two.
  const limit = Math.max(1, config.maxLiveTokens - (hasTwoFactor(user) ? 2 : 1));
  const member: Member = {
    user,
    api,
    sessions,
    tokens: userTokens(user, sessions, store, {
      ...ports,
      api,
      newDeadline: () => deadlineIn(listMs, clock),
      onLeftover: (listed, ids) => onLeftover(member, listed, ids),
    }),
    limiter: createLimiter(most),
    candidate: { user: user.id, limit, rules: ports.rulesOf?.(user.id) ?? 1 },
    correctedAt: Number.NEGATIVE_INFINITY,
    listPace: createListPace(),
    wasListed: false,
    reportedOut: false,
    made: 0,
    revision: 0,
  };
  return member;
}

export function passwordOf({ username, password }: FastlyUser): Credentials {
  return { username, password, otpSource: { kind: "none" } };
}
