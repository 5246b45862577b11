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
  /** When the network's count of rejected requests will be back at zero, by the clock's `elapsed`. */
  const paidAt = new Map<string, number>();

  function debtMs(network: string): number {
    return Math.max(0, (paidAt.get(network) ?? 0) - clock.elapsed());
  }

  return {
    wait: (address) => Math.max(0, debtMs(networkOf(address)) - (most - 1) * refillMs),
    rejected: (address) => {
      const network = networkOf(address);
      const debt = debtMs(network);
      paidAt.delete(network);
      paidAt.set(network, clock.elapsed() + Math.min(debt + refillMs, most * refillMs));
      const [oldest] = paidAt.keys();
      if (paidAt.size > mostAddresses && oldest !== undefined) paidAt.delete(oldest);
    },
  };
}

/** Whoever has one IPv6 address has a whole /64 of them, and may send each request from another. */
export function networkOf(address: string): string {
  const [, ipv4] = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(address) ?? [];
  if (ipv4 !== undefined) return ipv4;
  if (!address.includes(":")) return address;
  const [front = [], back = []] = address
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16))));
  const zeros = Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0);
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":");
}
