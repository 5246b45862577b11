import { deadlineIn } from "../../fastly/index.ts";
import { HttpError } from "../../http/error.ts";
import { retryDelay } from "../../http/retry-delay.ts";
import type { HttpResponse } from "../../http/transport.ts";
import type { BrokerPorts, JwtSource } from "./ports.ts";

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
export async function requestJwt(audience: string, ports: BrokerPorts): Promise<JwtOutcome> {
  const { api, source } = ports;
  // Main does not start without it. Post uses what main saved, but reads this from its own environment.
  if (!source || source.requestToken === "")
    return {
      kind: "unavailable",
      reason: "ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set",
    };
  const url = new URL(source.url);
  url.searchParams.set("audience", audience);
  for (let tries = 1; ; tries++) {
    const result = await requestOnce(source, url, ports);
    if (result.kind !== "unavailable") return result;
    const delay = retryDelay(tries, undefined, api.random);
    if (tries === mostTries || delay >= api.deadline.remaining()) return result;
    await api.clock.wait(delay, api.signal).catch(() => {});
    if (api.signal?.aborted) return { kind: "interrupted" };
  }
}

async function requestOnce(
  { requestToken, transport }: JwtSource,
  url: URL,
  { api, userAgent, hide }: BrokerPorts,
): Promise<JwtOutcome> {
  const headers = {
    accept: "application/json; api-version=2.0",
    authorization: `bearer ${requestToken}`,
    "user-agent": userAgent,
  };
  const { clock, deadline, signal } = api;
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
  const reason = status === 200 ? "the response contains no token" : `HTTP ${status}`;
  return { kind: "unavailable", reason, status };
}
