import type { ConfiguredUser } from "../config/configuration.ts";
import type { Store } from "../store/store.ts";
import { workUnderWay } from "./background.ts";
import { type FastlyUser, fastlyUser, hasTwoFactor, isOut, type UserPorts } from "./fastly-user.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { createListPace, type ListPace } from "./list-pace.ts";
import { type SessionKeys, sessionKeys } from "./session-key.ts";
import { type SessionKeyNames, sessionKeyNames } from "./session-key-names.ts";
import { hearOfWrites } from "./writes-left.ts";

/** What outlives a reload of the configuration, as long as a user's credentials stay the same. */
export interface Account {
  readonly user: FastlyUser;
  /** Hears what Fastly says of this user's writes. */
  readonly api: UserPorts["api"];
  readonly sessions: SessionKeys;
  readonly names: SessionKeyNames;
  readonly limiter: Limiter;
  /** How soon its list is asked for again, where nothing else asks for it. */
  readonly listPace: ListPace;
}

/** The accounts of a process at one API. They own the session keys; each configuration borrows its users' accounts. */
export interface Accounts {
  borrow(config: ConfiguredUser): Account;
  /** Called once for each loan. When nobody else has the account on loan, its session key is ended. */
  giveBack(account: Account): Promise<void>;
  /** Closes the way to Fastly, once everything was given back. */
  close(): Promise<void>;
}

export interface AccountsPorts extends UserPorts {
  store: Store;
  /** Called with what failed where nobody waits for it. */
  onFault: (error: unknown) => void;
}

interface Lent {
  account: Account;
  loans: number;
  close: () => Promise<void>;
}

export function openAccounts(ports: AccountsPorts): Accounts {
  const lent = new Set<Lent>();
  const names = sessionKeyNames(ports);

  function lendAgain(known: Lent, { maxLiveTokens }: ConfiguredUser): Account {
    const { user } = known.account;
    known.loans++;
    user.maxLiveTokens = maxLiveTokens;
    user.guard.reloaded();
    user.reportedOut = isOut(user);
    return known.account;
  }

  return {
    borrow: (config) => {
      const known = [...lent].find(({ account }) => hasCredentialsOf(account.user, config));
      if (known) return lendAgain(known, config);
      const opened = { ...openAccount(config, names, ports), loans: 1 };
      lent.add(opened);
      return opened.account;
    },
    giveBack: async (account) => {
      const known = [...lent].find((one) => one.account === account);
      if (!known || --known.loans > 0) return;
      lent.delete(known);
      await known.close();
    },
    close: () => ports.api.close(),
  };
}

function hasCredentialsOf(user: FastlyUser, config: ConfiguredUser): boolean {
  return (["id", "username", "password", "totpSecret"] as const).every((key) => user[key] === config[key]);
}

const mostWithPassword = 4;
const mostWithKey = 8;
/** As long as the writes last for so many times the tokens that a user may have, nobody counts them. */
const scarceFactor = 3;

function openAccount(
  config: ConfiguredUser,
  names: SessionKeyNames,
  ports: AccountsPorts,
): Omit<Lent, "loans"> {
  const { store } = ports;
  const work = workUnderWay(ports.onFault);
  const user = fastlyUser(config, ports.passwords);
  let scarceUntil = 0;
  const api = hearOfWrites(ports.api, (left) => {
    if (left.remaining >= user.maxLiveTokens * scarceFactor) return;
    if (left.resetsAt > scarceUntil) user.revision++;
    scarceUntil = Math.max(scarceUntil, left.resetsAt);
    work.inBackground(store.noteWrites(user.id, left));
  });
  // Until Fastly has accepted the password once, one request at a time carries it.
  const most = () =>
    user.guard.verdict === "accepted" ? (hasTwoFactor(user) ? mostWithKey : mostWithPassword) : 1;
  const sessions = sessionKeys(user, store, { ...ports, api, names, inBackground: work.inBackground });
  return {
    account: { user, api, sessions, names, limiter: createLimiter(most), listPace: createListPace() },
    close: async () => {
      await sessions.end();
      await work.idle();
    },
  };
}
