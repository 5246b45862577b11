import { connectApi, deadlineIn, systemClock } from "../fastly/index.ts";
import type { HelperPorts } from "../token/helper-token.ts";
import type { ApiAddress } from "./inputs/network.ts";
import { interruption } from "./interruption.ts";
import { hide } from "./log.ts";
import { printProgress } from "./print.ts";
import { transportThrough } from "./transport.ts";
import { userAgent } from "./user-agent.ts";

/** Works with what the companion actions touch, and closes it afterwards. */
export async function withHelperPorts(
  { api: address, timeoutMs }: { api: ApiAddress; timeoutMs: number },
  work: (ports: HelperPorts) => Promise<void>,
): Promise<void> {
  const deadline = deadlineIn(timeoutMs, systemClock);
  const api = connectApi({
    apiUrl: address.apiUrl,
    openTransport: transportThrough(address.proxy),
    userAgent,
    deadline,
  });
  try {
    await work({
      api,
      // Not the API's own: a helper token is still to be ended after an interruption.
      signal: interruption(),
      hide,
      report: printProgress,
    });
  } finally {
    await api.close();
  }
}
