import { type Clock, type Deadline, deadlineIn } from "../../http/clock.ts";
import { HttpError } from "../../http/error.ts";
import { retryDelay } from "../../http/retry-delay.ts";
import type { HttpResponse, Transport } from "../../http/transport.ts";

/** Where the runner gives out GitHub's OIDC tokens; empty where the job has no `id-token: write`. */
export interface JwtSource {
  requestUrl: string;
  requestToken: string;
}

export interface JwtPorts {
  /** Opens a transport to the origin of the source's URL. */
  openTransport: (origin: string) => Transport;
  userAgent: string;
  deadline: Deadline;
  signal?: AbortSignal | undefined;
  clock: Clock;
  random: () => number;
  hide: (secret: string) => void;
}

export type JwtOutcome =
  | { kind: "issued"; jwt: string }
  /** GitHub gave none in several tries; `reason` says what the last one met. */
  | { kind: "unavailable"; reason: string; status?: number }
  | { kind: "interrupted" };

const oneTryMs = 10_000;
const mostTries = 5;

/**
 * Asks GitHub for the OIDC token of this job. GitHub's endpoint is known to be slow and to refuse at first, so that
 * a try has a time-out of its own, and whatever it meets is tried again.
 *
 * Source: GitHub's page "OpenID Connect", "Requesting the JWT using environment variables".
 *
 * @param audience whom the token is for
 */
export async function requestJwt(source: JwtSource, audience: string, ports: JwtPorts): Promise<JwtOutcome> {
  const url = URL.parse(source.requestUrl);
  // Main refuses to begin without it; post goes by what main saved, and this is the environment's own.
  if (!url || source.requestToken === "")
    return { kind: "unavailable", reason: "ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are not set" };
  url.searchParams.set("audience", audience);
  const transport = ports.openTransport(url.origin);
  try {
    for (let tries = 1; ; tries++) {
      const result = await requestOnce(transport, url, source.requestToken, ports);
      if (result.kind !== "unavailable") return result;
      const delay = retryDelay(tries, undefined, ports.random);
      if (tries === mostTries || delay >= ports.deadline.remaining()) return result;
      await ports.clock.wait(delay, ports.signal).catch(() => {});
      if (ports.signal?.aborted) return { kind: "interrupted" };
    }
  } finally {
    await transport.close();
  }
}

async function requestOnce(
  transport: Transport,
  url: URL,
  requestToken: string,
  { userAgent, deadline, clock, signal, hide }: JwtPorts,
): Promise<JwtOutcome> {
  const headers = {
    accept: "application/json; api-version=2.0",
    authorization: `bearer ${requestToken}`,
    "user-agent": userAgent,
  };
  const timeoutMs = Math.min(deadlineIn(oneTryMs, clock).remaining(), deadline.remaining());
  if (timeoutMs === 0) return { kind: "unavailable", reason: "no time was left to ask for it" };
  try {
    const request = { method: "GET", path: url.pathname + url.search, headers } as const;
    return readJwt(await transport.exchange(request, { timeoutMs, maxBytes: 64 * 1024, signal }), hide);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return error.code === "aborted"
      ? { kind: "interrupted" }
      : { kind: "unavailable", reason: error.message };
  }
}

function readJwt({ status, body }: HttpResponse, hide: (secret: string) => void): JwtOutcome {
  const jwt = /"value"\s*:\s*"([\w-]+\.[\w-]+\.[\w-]+)"/.exec(body)?.[1];
  if (jwt !== undefined) hide(jwt);
  if (status === 200 && jwt !== undefined) return { kind: "issued", jwt };
  const reason = status === 200 ? "the response holds no token" : `HTTP ${status}`;
  return { kind: "unavailable", reason, status };
}
