import type { HelperPorts } from "../token/helper-token.ts";
import { connectFastly } from "./fastly.ts";
import type { ApiAddress } from "./inputs/network.ts";
import { interruption } from "./interruption.ts";
import { hide } from "./log.ts";
import { printProgress } from "./print.ts";

/** Opens what the companion actions need, and closes it afterwards. */
export async function withHelperPorts(
  { api: address, timeoutMs }: { api: ApiAddress; timeoutMs: number },
  work: (ports: HelperPorts) => Promise<void>,
): Promise<void> {
  const api = connectFastly(address, timeoutMs);
  try {
    await work({
      api,
      // Not the API's own: a helper token is still to be ended after an interruption.
      signal: interruption,
      hide,
      report: printProgress,
    });
  } finally {
    await api.close();
  }
}
