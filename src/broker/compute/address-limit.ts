import { EdgeRateLimiter, PenaltyBox, RateCounter } from "fastly:edge-rate-limiter";
import { type AddressLimit, networkOf } from "../service/address-limit.ts";

/** As many a second, over a minute, as an address may have rejected on Node. */
const perSecond = 5;
const windowSeconds = 60;
const penaltyMinutes = 1;

/**
 * Limits addresses by Fastly's edge rate limiting, which counts in each place that serves requests. On an account
 * without it nothing is counted, and no address is limited.
 */
export function edgeAddressLimit(name: string): AddressLimit {
  return {
    wait: (address) => {
      const isOver = unlessMissing(() => new PenaltyBox(name).has(networkOf(address)));
      return isOver ? penaltyMinutes * 60_000 : 0;
    },
    rejected: (address) => {
      unlessMissing(() =>
        new EdgeRateLimiter(new RateCounter(name), new PenaltyBox(name)).checkRate(
          networkOf(address),
          1,
          windowSeconds,
          perSecond,
          penaltyMinutes,
        ),
      );
    },
  };
}

/** Where an account has no edge rate limiting, its calls fail, and the broker works without. */
function unlessMissing(ask: () => boolean): boolean {
  try {
    return ask();
  } catch {
    return false;
  }
}
