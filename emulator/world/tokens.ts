import type { User } from "./accounts.ts";
import type { Clock } from "./clock.ts";
import { newId, newSecret } from "./random.ts";
import { Refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";

export const scopes = ["global", "global:read", "purge_all", "purge_select"] as const;
export type Scope = (typeof scopes)[number];

export type AutomationRole = "billing" | "engineer" | "user";

export type TokenState = "live" | "expired" | "revoked";

export type Token = {
  readonly id: string;
  readonly accessToken: string;
  /** Whose it is; of an automation token, who created it. */
  readonly user: User;
  readonly automation: { readonly role: AutomationRole; readonly tlsAccess: boolean } | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** None means every service of the customer. */
  readonly services: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** From when on its key works, and from when on lists have it. */
  readonly keyKnownAt: number;
  readonly listedAt: number;
  revokedAt: number | null;
  sudoUntil: number | null;
  lastUse: { at: number; ip: string; userAgent: string | null } | null;
};

export type NewToken = {
  user: User;
  automation?: Token["automation"];
  name?: string | undefined;
  scopes?: readonly Scope[];
  services?: readonly string[];
  createdAt?: number;
  expiresAt?: number | null;
};

const noLag: Pick<Settings, "keyLagMs" | "listLagMs"> = { keyLagMs: 0, listLagMs: 0 };

export type TokenStore = ReturnType<typeof createTokenStore>;

/** Every token there ever was: a revoked or expired one stays, so that a test can account for it. */
export function createTokenStore(settings: Settings, clock: Clock) {
  const byId = new Map<string, Token>();
  const byAccessToken = new Map<string, Token>();
  const byUser = new Map<string, Token[]>();
  const peakLive = new Map<string, number>();

  function state(token: Token): TokenState {
    if (token.revokedAt !== null) return "revoked";
    if (token.expiresAt !== null && token.expiresAt <= clock()) return "expired";
    return "live";
  }

  /** Automation tokens are the customer's, and count for nobody. */
  function live(user: User): Token[] {
    return ofUser(user).filter((token) => state(token) === "live");
  }

  function ofUser(user: User): Token[] {
    return (byUser.get(user.id) ?? []).filter((token) => token.automation === null);
  }

  function ofCustomer(customerId: string): Token[] {
    return [...byId.values()].filter((token) => token.user.customer.id === customerId && isVisible(token));
  }

  /** What reading, listing and revoking know of. */
  function isVisible(token: Token): boolean {
    return state(token) === "live" && clock() >= token.listedAt;
  }

  /** Adds a token whatever the limit says. */
  function add(
    { user, automation, name, scopes, services, createdAt, expiresAt }: NewToken,
    lag = noLag,
  ): Token {
    const now = clock();
    const token: Token = {
      id: newId(),
      accessToken: newSecret(),
      user,
      automation: automation ?? null,
      name: name ?? "API token",
      scopes: scopes ?? ["global"],
      services: services ?? [],
      createdAt: createdAt ?? now,
      expiresAt: expiresAt ?? null,
      keyKnownAt: now + lag.keyLagMs,
      listedAt: now + lag.listLagMs,
      revokedAt: null,
      sudoUntil: null,
      lastUse: null,
    };
    byId.set(token.id, token);
    byAccessToken.set(token.accessToken, token);
    const tokensOfUser = byUser.get(user.id);
    if (tokensOfUser) tokensOfUser.push(token);
    else byUser.set(user.id, [token]);
    return token;
  }

  function notePeak(user: User): void {
    peakLive.set(user.id, Math.max(peakLive.get(user.id) ?? 0, live(user).length));
  }

  function create(token: NewToken): Token {
    if (!token.automation && live(token.user).length >= settings.tokenLimit) throw new Refusal("token_limit");
    const created = add(token, settings);
    notePeak(token.user);
    return created;
  }

  return {
    create,
    state,
    all: () => [...byId.values()],
    addMany: (tokens: readonly NewToken[]) => {
      const added = tokens.map((token) => add(token));
      for (const user of new Set(tokens.map((token) => token.user))) notePeak(user);
      return added;
    },
    findVisible: (id: string) => {
      const token = byId.get(id);
      return token && isVisible(token) ? token : undefined;
    },
    visibleOfUser: (user: User) => ofUser(user).filter(isVisible),
    /** In no order that means anything: by ID, and not as they were created. */
    visibleOfCustomer: (customerId: string) =>
      ofCustomer(customerId)
        .filter((token) => token.automation === null)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    visibleAutomation: (customerId: string) =>
      ofCustomer(customerId).filter((token) => token.automation !== null),
    findByAccessToken: (accessToken: string) => byAccessToken.get(accessToken),
    revoke: (token: Token) => {
      token.revokedAt = clock();
    },
    peakLive: () => Object.fromEntries(peakLive),
  };
}
