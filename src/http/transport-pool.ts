import type { Transport } from "./transport.ts";

/**
 * Makes one transport of several to the same host, each of which carries one exchange at a time: where one fails and
 * drops its connection, the others go on. Connections are opened as they are needed and kept.
 *
 * @param most how many exchanges are under way at once; others wait their turn
 */
export function poolTransports(open: (origin: string) => Transport, most: number) {
  return (origin: string): Transport => {
    const all: Transport[] = [];
    const idle: Transport[] = [];
    const waiting: ((transport: Transport) => void)[] = [];

    function takeNow(): Transport | undefined {
      const free = idle.pop();
      if (free || all.length >= most) return free;
      const opened = open(origin);
      all.push(opened);
      return opened;
    }

    function giveBack(transport: Transport): void {
      const next = waiting.shift();
      if (next) next(transport);
      else idle.push(transport);
    }

    return {
      exchange: async (request, limits) => {
        const transport = takeNow() ?? (await new Promise<Transport>((resolve) => waiting.push(resolve)));
        try {
          return await transport.exchange(request, limits);
        } finally {
          giveBack(transport);
        }
      },
      close: async () => {
        await Promise.all(all.map((transport) => transport.close()));
      },
    };
  };
}
