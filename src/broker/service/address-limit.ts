import type { Clock } from "../../fastly/index.ts";

/** Limits how many requests of an address may be rejected, before anything is verified for it. */
export interface AddressLimit {
  /** @returns how long the address has to wait, in milliseconds; 0 where it may go on */
  wait(address: string): number;
  /** Called for a request that was rejected. Those that are accepted cost nothing, so that a large site is not limited. */
  rejected(address: string): void;
}

const most = 300;
const refillMs = 200;
const mostAddresses = 20_000;

export function addressLimit(clock: Clock): AddressLimit {
  /** When the address will have no rejected request on its account, by the clock's `elapsed`. */
  const paidAt = new Map<string, number>();

  function debtMs(address: string): number {
    return Math.max(0, (paidAt.get(address) ?? 0) - clock.elapsed());
  }

  return {
    wait: (address) => Math.max(0, debtMs(address) - (most - 1) * refillMs),
    rejected: (address) => {
      const debt = debtMs(address);
      paidAt.delete(address);
      paidAt.set(address, clock.elapsed() + Math.min(debt + refillMs, most * refillMs));
      const [oldest] = paidAt.keys();
      if (paidAt.size > mostAddresses && oldest !== undefined) paidAt.delete(oldest);
    },
  };
}
