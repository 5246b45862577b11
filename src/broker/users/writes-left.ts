import type { FastlyApi } from "../../fastly/index.ts";
import type { HttpResponse } from "../../http/transport.ts";
import type { WritesLeft } from "../store/store.ts";

/**
 * The same client, which hears what Fastly's headers say of the hourly limit of writes. They stand on each response to
 * a write, and the limit is the user's (Fastly's page on rate limiting).
 */
export function hearOfWrites(api: FastlyApi, onHeard: (left: WritesLeft) => void): FastlyApi {
  return {
    ...api,
    send: (call, read) => {
      const inspect = (response: HttpResponse) => {
        const left = readWritesLeft(response, api.clock.now());
        if (left) onHeard(left);
        call.inspect?.(response);
      };
      return api.send({ ...call, inspect }, read);
    },
    with: (bounds) => hearOfWrites(api.with(bounds), onHeard),
  };
}

const longestHourMs = 2 * 3_600_000;

/** @returns undefined where nothing is said, or what cannot be */
function readWritesLeft({ headers }: HttpResponse, now: number): WritesLeft | undefined {
  const { "fastly-ratelimit-remaining": remaining = "", "fastly-ratelimit-reset": reset = "" } = headers;
  if (!/^\d{1,9}$/.test(remaining) || !/^\d{1,12}$/.test(reset)) return undefined;
  const resetsAt = Number(reset) * 1000;
  if (resetsAt <= now || resetsAt > now + longestHourMs) return undefined;
  return { remaining: Number(remaining), resetsAt };
}
