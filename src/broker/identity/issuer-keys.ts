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
  /** How long they are used while the issuer is out of reach. */
  staleMs: 24 * 3_600_000,
  /** Between two fetches that unknown `kid`s cause, and between tries while stale keys serve. */
  refetchMs: 60_000,
  /** Between tries while there is no key at all, and every token waits for one. */
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

function createKeyCache(jwksUri: string, { openTransport, userAgent, clock }: IssuerKeysOptions): KeyCache {
  const { origin, pathname, search } = new URL(jwksUri);
  const request: HttpRequest = {
    method: "GET",
    path: `${pathname}${search}`,
    headers: { accept: "application/json", "accept-encoding": "identity", "user-agent": userAgent },
  };
  let keys: KeySet | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let triedForKidAt = Number.NEGATIVE_INFINITY;
  let lastTryFailed = false;
  let underWay: Promise<void> | undefined;

  async function find(kid: string): Promise<FoundKey> {
    const fetched = await refreshWhenDue();
    const key = usableKeys()?.get(kid);
    if (key) return { kind: "key", key };
    if (!fetched && (await fetchForUnknownKid())) {
      const added = usableKeys()?.get(kid);
      if (added) return { kind: "key", key: added };
    }
    // That the issuer has no such key can be said only of a set that it stated when it was last asked.
    if (lastTryFailed || !usableKeys()) return { kind: "unavailable", retryAfterMs: untilNextTry() };
    return { kind: "unknown" };
  }

  /** @returns whether the issuer was asked */
  async function refreshWhenDue(): Promise<boolean> {
    if (age(fetchedAt) < keyLimits.freshMs) return false;
    const pause = usableKeys() ? keyLimits.refetchMs : keyLimits.retryMs;
    if (!underWay && age(triedAt) < pause) return false;
    await fetchOnce();
    return true;
  }

  async function fetchForUnknownKid(): Promise<boolean> {
    if (!usableKeys()) return false;
    if (!underWay) {
      if (age(triedForKidAt) < keyLimits.refetchMs) return false;
      triedForKidAt = clock.elapsed();
    }
    await fetchOnce();
    return true;
  }

  function usableKeys(): KeySet | undefined {
    return age(fetchedAt) < keyLimits.staleMs ? keys : undefined;
  }

  function untilNextTry(): number {
    const left = usableKeys()
      ? keyLimits.refetchMs - age(Math.max(triedAt, triedForKidAt))
      : keyLimits.retryMs - age(triedAt);
    return Math.max(0, left);
  }

  function age(time: number): number {
    return clock.elapsed() - time;
  }

  /** Whoever waits for keys waits for the same answer. */
  function fetchOnce(): Promise<void> {
    underWay ??= fetchKeys().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  async function fetchKeys(): Promise<void> {
    triedAt = clock.elapsed();
    const answer = await ask(openTransport(origin), request);
    const read = answer?.status === 200 && answer.complete ? await readKeySet(answer.body) : undefined;
    lastTryFailed = read === undefined;
    if (!read) return;
    keys = read;
    fetchedAt = clock.elapsed();
  }

  return { find };
}

/** On a connection of its own: one that was kept for minutes may be dead, and would fail the one question a minute. */
async function ask(transport: Transport, request: HttpRequest): Promise<HttpResponse | undefined> {
  try {
    const { timeoutMs, maxBytes } = keyLimits;
    return await transport.exchange(request, { timeoutMs, maxBytes });
  } catch (error) {
    // No answer is an outcome of its own; anything else is a mistake of ours.
    if (error instanceof HttpError) return undefined;
    throw error;
  } finally {
    await transport.close();
  }
}
