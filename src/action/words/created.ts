import type { CreatedToken } from "../../fastly/index.ts";
import { formatDuration } from "../../text/duration.ts";
import { quoted } from "../log.ts";

/* What main prints about the token that it created. It loads the words for failures only when it fails. */

export function created(token: CreatedToken): string {
  const where = token.services.length > 0 ? `services ${token.services.join(" ")}` : "every service";
  return `Created Fastly token ${token.id} with scope ${token.scope} on ${where}; it expires at ${token.expiresAt}.`;
}

export function renamed(asked: string, token: CreatedToken): string {
  return `Fastly named token ${token.id} ${quoted(token.name, 300)} instead of ${quoted(asked, 300)}. This token is not affected. But if the response to a create is lost, post may not find that token by its name.`;
}

/** A token that dies much sooner than asked, because the machine's clock is behind. */
export function shortLived(lifetimeMs: number): string {
  return `This token expires in only ${formatDuration(lifetimeMs)}, because this machine's clock is behind Fastly's. Correct the clock, or set a longer expires-in.`;
}

export const everyService =
  "This token covers every service of the customer. In the input services, list only the services that the job needs.";
