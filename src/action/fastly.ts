import { type Clock, connectApi, deadlineIn, type FastlyApi, systemClock } from "../fastly/index.ts";
import type { ApiAddress } from "./inputs/network.ts";
import { transportThrough } from "./transport.ts";
import { userAgent } from "./user-agent.ts";

/** The system's clock, without `performance`: reading that makes Node load a module that a step needs for nothing else. */
export const clock: Clock = {
  ...systemClock,
  elapsed: () => Number(process.hrtime.bigint()) / 1e6,
};

/**
 * Opens Fastly's client for a step, which does not close it: connections end with the process. To destroy a socket,
 * Node opens the standard error first, which takes a millisecond.
 *
 * @param timeoutMs how long all requests together may take
 * @param signal aborts what is under way
 */
export function connectFastly(
  { apiUrl, proxy }: ApiAddress,
  timeoutMs: number,
  signal?: AbortSignal,
): FastlyApi {
  const deadline = deadlineIn(timeoutMs, clock);
  return connectApi({ apiUrl, openTransport: transportThrough(proxy), userAgent, deadline, signal, clock });
}
