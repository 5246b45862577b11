import { deadlineIn } from "../../fastly/index.ts";
import type { Credentials } from "../../token/minting.ts";
import type { ConfiguredUser } from "../config/configuration.ts";
import type { Candidate } from "../store/store.ts";
import type { Account } from "./accounts.ts";
import { type FastlyUser, hasTwoFactor } from "./fastly-user.ts";
import type { UsersPorts } from "./types.ts";
import { type ListedTokens, type UserTokens, userTokens } from "./user-tokens.ts";

/** A user's account on loan, and what one configuration adds to it. */
export interface Member extends Account {
  account: Account;
  tokens: UserTokens;
  candidate: Candidate;
}

const listMs = 15_000;

export function openMember(
  config: ConfiguredUser,
  { accounts, store, clock, rulesOf }: UsersPorts,
  onLeftover: (member: Member, listed: ListedTokens, ids: string[]) => void,
): Member {
  const account = accounts.borrow(config);
  const { user } = account;
  // The session key takes room as well; where one replaces another, two.
  const limit = Math.max(1, config.maxLiveTokens - (hasTwoFactor(user) ? 2 : 1));
  const member: Member = {
    ...account,
    account,
    tokens: userTokens(account, store, {
      clock,
      newDeadline: () => deadlineIn(listMs, clock),
      onLeftover: (listed, ids) => onLeftover(member, listed, ids),
    }),
    candidate: { user: user.id, limit, rules: rulesOf?.(user.id) ?? 1 },
  };
  return member;
}

export function passwordOf({ username, password }: FastlyUser): Credentials {
  return { username, password, otpSource: { kind: "none" } };
}
