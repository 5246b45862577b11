import { connectApi, deadlineIn } from "../fastly/index.ts";
import { openTransport } from "../http/node.ts";
import { poolTransports } from "../http/transport-pool.ts";
import type { Configuration } from "./config/configuration.ts";
import { type Accounts, type AccountsPorts, openAccounts } from "./users/accounts.ts";

/** The accounts of this process, which a reload keeps. */
export interface ProcessAccounts {
  /** Those of the configuration's API, whose session keys state the configuration's host. */
  of(config: Configuration): Accounts;
  close(): Promise<void>;
}

const mostConnectionsToFastly = 32;

export function keepAccounts(
  ports: Omit<AccountsPorts, "api" | "host"> & { userAgent: string },
): ProcessAccounts {
  const { clock, userAgent } = ports;
  const known = new Map<string, Accounts>();

  function open(apiUrl: string, host: string): Accounts {
    const api = connectApi({
      apiUrl,
      openTransport: poolTransports(openTransport, mostConnectionsToFastly),
      userAgent,
      deadline: deadlineIn(Number.POSITIVE_INFINITY, clock),
      clock,
    });
    return openAccounts({ ...ports, api, host });
  }

  return {
    of: ({ apiUrl, audience }) => {
      const host = URL.parse(audience)?.host || "broker";
      const key = `${host} ${apiUrl}`;
      const accounts = known.get(key) ?? open(apiUrl, host);
      known.set(key, accounts);
      return accounts;
    },
    close: async () => {
      await Promise.all([...known.values()].map((accounts) => accounts.close()));
    },
  };
}
