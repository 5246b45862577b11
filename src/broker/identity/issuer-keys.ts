import type { CryptoKey } from "jose";
import type { Clock } from "../../http/clock.ts";
import { HttpError } from "../../http/error.ts";
import type { HttpRequest, HttpResponse, Transport } from "../../http/transport.ts";
import { type KeySet, readKeySet } from "./key-set.ts";
import type { TrustedIssuer } from "./verification.ts";

export interface IssuerKeysOptions {
  /** Opens a way to an origin, such as `https://token.actions.githubusercontent.com`. Nothing is sent by opening it. */
  openTransport: (origin: string) => Transport;
  userAgent: string;
  clock: Clock;
  /** Keeps what issuers stated for the processes that come after, where a process lives for one request. */
  shelf?: KeyShelf;
}

/** What is known about an issuer. Times are those of the clock's `elapsed`; the time of what never happened is missing. */
export interface ShelvedKeys {
  /** The key set, as the issuer stated it. */
  readonly json?: string;
  readonly fetchedAt?: number;
  readonly triedAt?: number;
  readonly triedForKidAt?: number;
  readonly lastTryFailed: boolean;
}

export interface KeyShelf {
  load(jwksUri: string): Promise<ShelvedKeys | undefined>;
  save(jwksUri: string, keys: ShelvedKeys): void;
}

export type FoundKey =
  | { readonly kind: "key"; readonly key: CryptoKey }
  /** The issuer was asked, and states no such key. */
  | { readonly kind: "unknown" }
  | { readonly kind: "unavailable"; readonly retryAfterMs: number };

/** The keys of all issuers, kept as long as the process lives. */
export interface IssuerKeys {
  find(issuer: TrustedIssuer, kid: string): Promise<FoundKey>;
}

export const keyLimits = {
  /** How long keys are used without a question to the issuer. */
  freshMs: 10 * 60_000,
  /** How long they are used while the issuer cannot be reached. */
  staleMs: 24 * 3_600_000,
  /** Between two fetches that unknown `kid`s cause, and between tries while stale keys serve. */
  refetchMs: 60_000,
  /** Between tries while the broker has no key, and every token waits for one. */
  retryMs: 1_000,
  timeoutMs: 5_000,
  maxBytes: 100 * 1024,
} as const;

export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const caches = new Map<string, KeyCache>();

  function cacheOf({ jwksUri }: TrustedIssuer): KeyCache {
    const known = caches.get(jwksUri);
    if (known) return known;
    const cache = createKeyCache(jwksUri, options);
    caches.set(jwksUri, cache);
    return cache;
  }

  return { find: (issuer, kid) => cacheOf(issuer).find(kid) };
}

interface KeyCache {
  find(kid: string): Promise<FoundKey>;
}

/** Long, because its functions share what was fetched. */
function createKeyCache(
  jwksUri: string,
  { openTransport, userAgent, clock, shelf }: IssuerKeysOptions,
): KeyCache {
  const { origin, pathname, search } = new URL(jwksUri);
  const request: HttpRequest = {
    method: "GET",
    path: `${pathname}${search}`,
    headers: { accept: "application/json", "accept-encoding": "identity", "user-agent": userAgent },
  };
  let known: ShelvedKeys = { lastTryFailed: false };
  let keys: KeySet | undefined;
  let underWay: Promise<void> | undefined;
  let restored: Promise<void> | undefined;

  async function restore(from: KeyShelf): Promise<void> {
    known = (await from.load(jwksUri)) ?? known;
    if (known.json !== undefined) keys = await readKeySet(known.json);
  }

  function note(change: Partial<ShelvedKeys>): void {
    known = { ...known, ...change };
    shelf?.save(jwksUri, known);
  }

  async function find(kid: string): Promise<FoundKey> {
    restored ??= shelf && restore(shelf);
    if (restored) await restored;
    const fetched = isRefreshDue();
    if (fetched) await fetchOnce();
    const key = usableKeys()?.get(kid);
    if (key) return { kind: "key", key };
    if (!fetched && (await fetchForUnknownKid())) {
      const added = usableKeys()?.get(kid);
      if (added) return { kind: "key", key: added };
    }
    // Only the set that the issuer returned when it was last asked can show that it does not have this key.
    if (known.lastTryFailed || !usableKeys()) return { kind: "unavailable", retryAfterMs: untilNextTry() };
    return { kind: "unknown" };
  }

  function isRefreshDue(): boolean {
    if (age(known.fetchedAt) < keyLimits.freshMs) return false;
    const pause = usableKeys() ? keyLimits.refetchMs : keyLimits.retryMs;
    return underWay !== undefined || age(known.triedAt) >= pause;
  }

  async function fetchForUnknownKid(): Promise<boolean> {
    if (!usableKeys()) return false;
    if (!underWay) {
      if (age(known.triedForKidAt) < keyLimits.refetchMs) return false;
      note({ triedForKidAt: clock.elapsed() });
    }
    await fetchOnce();
    return true;
  }

  function usableKeys(): KeySet | undefined {
    return age(known.fetchedAt) < keyLimits.staleMs ? keys : undefined;
  }

  function untilNextTry(): number {
    const left = usableKeys()
      ? keyLimits.refetchMs - Math.min(age(known.triedAt), age(known.triedForKidAt))
      : keyLimits.retryMs - age(known.triedAt);
    return Math.max(0, left);
  }

  function age(time = Number.NEGATIVE_INFINITY): number {
    return clock.elapsed() - time;
  }

  /** Whoever waits for keys waits for the same response. */
  function fetchOnce(): Promise<void> {
    underWay ??= fetchKeys().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  async function fetchKeys(): Promise<void> {
    known = { ...known, triedAt: clock.elapsed() };
    const response = await ask(openTransport(origin), request);
    const json = response?.status === 200 && response.complete ? response.body : undefined;
    const read = json === undefined ? undefined : await readKeySet(json);
    if (!read || json === undefined) return note({ lastTryFailed: true });
    keys = read;
    note({ json, fetchedAt: clock.elapsed(), lastTryFailed: false });
  }

  return { find };
}

/** On a connection of its own: one that was kept for minutes may be dead, and would fail the one question a minute. */
async function ask(transport: Transport, request: HttpRequest): Promise<HttpResponse | undefined> {
  try {
    const { timeoutMs, maxBytes } = keyLimits;
    return await transport.exchange(request, { timeoutMs, maxBytes });
  } catch (error) {
    // No response is an outcome of its own; anything else is a mistake of ours.
    if (error instanceof HttpError) return undefined;
    throw error;
  } finally {
    await transport.close();
  }
}
