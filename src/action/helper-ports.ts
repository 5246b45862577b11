import type { HelperPorts } from "../token/helper-token.ts";
import { connectFastly } from "./fastly.ts";
import type { ApiAddress } from "./inputs/network.ts";
import { interruption } from "./interruption.ts";
import { hide } from "./log.ts";
import { printProgress } from "./print.ts";

/** Opens what the companion actions need. */
export function openHelperPorts({ api, timeoutMs }: { api: ApiAddress; timeoutMs: number }): HelperPorts {
  return {
    api: connectFastly(api, timeoutMs),
    // Not the API's own: a helper token is still to be ended after an interruption.
    signal: interruption,
    hide,
    report: printProgress,
  };
}
