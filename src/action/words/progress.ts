import { formatDuration } from "../../text/duration.ts";
import { notableOffsetMs, type Progress } from "../../token/minting.ts";

/* What a step prints while it waits. */

export function soon(waitMs: number): string {
  return waitMs < 500 ? "now" : `in ${formatDuration(waitMs)}`;
}

export function progress(reported: Progress): string {
  const again = `trying again ${soon(reported.waitMs)}`;
  switch (reported.kind) {
    case "response-lost":
      return `The response to the request to create the token was lost (${reported.error.message}); ${again} under another name. Later, the action looks for the first token, and revokes it if it was created.`;
    case "sudo-response-lost":
      return `The response to the sudo request was lost (${reported.error.message}); ${again}.`;
    case "waiting-for-connection":
      return `Could not connect (${reported.error.message}); ${again}.`;
    case "waiting-for-otp":
      return `The one-time password was rejected, or another job had already used it; ${again} with the next one.`;
    case "waiting-for-room":
      return `The user has reached Fastly's limit on live tokens; waiting for one of them to end, ${again} (${reported.error.message}).`;
    case "waiting-for-rate-limit":
      return `Fastly's hourly limit on write requests is used up; ${again}.`;
    case "correcting-clock":
      if (Math.abs(reported.offsetMs) < notableOffsetMs)
        return "An earlier response named a wrong time; trying again by this machine's clock.";
      return `This machine's clock is ${offBy(reported.offsetMs)} Fastly's; trying again by Fastly's clock.`;
  }
}

/** The same with a broker. */
export function tryingAgain(why: string, waitMs: number): string {
  return `No token yet (${why}); trying again ${soon(waitMs)}.`;
}

export function setTheClock(offsetMs: number): string {
  return `Correct this machine's clock: it is ${offBy(offsetMs)} Fastly's.`;
}

function offBy(offsetMs: number): string {
  return `${formatDuration(Math.abs(offsetMs))} ${offsetMs > 0 ? "behind" : "ahead of"}`;
}
