import type { FastlyApi } from "../../fastly/index.ts";
import { parseObject } from "../../text/json-object.ts";
import type { Recover, Unsettled } from "../../token/end-job-tokens.ts";
import type { Attempt } from "../../token/journal.ts";
import { revokeSelf } from "../../token/revoke-self.ts";
import { longestCreateMs } from "../../token/settle-attempts.ts";
import {
  idOf,
  isLeft,
  reportOf,
  type StatusProblem,
  type TokenReport,
  type TokenStatus,
} from "../../token/token-status.ts";
import { waited } from "../../token/waited.ts";
import { quoted } from "../log.ts";
import {
  askBroker,
  type BrokerAddress,
  type BrokerRefusal,
  type BrokerReply,
  longestExchangeMs,
} from "./broker-client.ts";
import type { BrokerPorts } from "./ports.ts";

const waitsMs = [1_500, 2_500, 4_000, 6_000];
const longestWaitMs = 10_000;

/**
 * Ends, through the broker, tokens that this job never got or that could not end themselves: the broker finds them
 * by their nonces. Asks again until each is settled, or is older than a create can take, or the time is up.
 *
 * @param kept tokens that stay alive: what shares a nonce with one of them is left alone
 */
export function recoverThroughBroker(
  broker: BrokerAddress,
  ports: BrokerPorts,
  kept: readonly Attempt[] = [],
): Recover {
  const keptNonces = new Set(kept.map(nonceOf));
  return async (unsettled, api) => {
    const isKept = ({ attempt }: Unsettled) => keptNonces.has(nonceOf(attempt));
    const reports = unsettled.filter(isKept).map(({ attempt }) => reportOf(attempt, besideKept));
    let open = unsettled.filter((one) => !isKept(one));
    for (let look = 0; open.length > 0; look++) {
      const askedAt = api.clock.now();
      const reply = await askBroker(broker, "/v1/end", { nonces: noncesOf(open) }, ports);
      const results = resultsByNonce(reply);
      const still: Unsettled[] = [];
      for (const one of open) {
        const result = results.get(nonceOf(one.attempt));
        const status = await statusOf(one, result, askedAt, api);
        if (status) reports.push(reportOf(one.attempt, status, idOf(one.attempt) ?? result?.tokenId));
        else still.push(one);
      }
      open = still;
      if (open.length === 0) break;
      if (isFinal(reply) || !(await waited(api, waitsMs[look] ?? longestWaitMs)))
        return [...reports, ...open.map((one) => leftBy(one, reply, results.get(nonceOf(one.attempt))))];
    }
    return reports;
  };
}

const besideKept: TokenStatus = {
  kind: "unknown",
  problem: {
    kind: "broker",
    reason: "it was not asked, because it would also revoke the token that stays alive",
  },
};

function nonceOf({ name }: Attempt): string {
  return / ([0-9a-f]{20})\./.exec(name)?.[1] ?? "";
}

function noncesOf(unsettled: readonly Unsettled[]): string {
  return [...new Set(unsettled.map(({ attempt }) => nonceOf(attempt)))].join(" ");
}

/** @returns undefined where nothing is proved yet */
async function statusOf(
  { attempt }: Unsettled,
  result: EndResult | undefined,
  askedAt: number,
  api: FastlyApi,
): Promise<TokenStatus | undefined> {
  const id = idOf(attempt);
  const status = result?.status;
  // An earlier try of the broker's has the same nonce, and another ID.
  if (status === "revoked" && (id === undefined || result?.tokenId === id)) return { kind: "revoked" };
  if ("accessToken" in attempt.status) {
    const bySelf = await revokeSelf(api, attempt.status.accessToken, { askedAt: attempt.askedAt, id });
    return isLeft(bySelf) ? undefined : bySelf;
  }
  if (status === "already_gone") return { kind: "already-gone", how: "revoked" };
  // The broker may have sent its request to Fastly as late as its own response was due.
  const isOld = askedAt - attempt.askedAt >= longestExchangeMs + longestCreateMs;
  return status === "never_created" || (status === "not_found" && isOld)
    ? { kind: "never-created" }
    : undefined;
}

function leftBy({ attempt, bySelf }: Unsettled, reply: BrokerReply, result?: EndResult): TokenReport {
  const kind = bySelf?.kind === "still-alive" ? "still-alive" : "unknown";
  const id = idOf(attempt) ?? result?.tokenId;
  return reportOf(attempt, { kind, problem: problemOf(reply, result) }, id);
}

function problemOf(reply: BrokerReply, result: EndResult | undefined): StatusProblem {
  switch (reply.kind) {
    case "answered":
      if (result?.status === "not_found") return { kind: "may-still-appear" };
      return { kind: "broker", reason: "it could not list or revoke the tokens of its Fastly user" };
    case "refused":
      return { kind: "broker", reason: refusedReason(reply.refusal) };
    case "unavailable":
      return {
        kind: "broker",
        reason: `GitHub issued no OIDC token for the request (${reply.reason})`,
      };
    case "unknown":
      return { kind: "broker", reason: reply.reason };
    case "interrupted":
      return { kind: "broker", reason: "the step was interrupted" };
  }
}

function refusedReason({ code, description }: BrokerRefusal): string {
  const message = description.replace(/\.$/, "");
  return `it refused the request (${code})${message === "" ? "" : `, with the message ${quoted(message, 500)}`}`;
}

/** The broker's refusal is final, unless it asks for a retry, or was about the JWT, because the next JWT is fresh. */
function isFinal(reply: BrokerReply): boolean {
  if (reply.kind !== "refused") return false;
  const { code, status } = reply.refusal;
  return code !== "token_reused" && status !== 429 && status !== 503;
}

interface EndResult {
  nonce: string;
  status: "revoked" | "already_gone" | "never_created" | "not_found" | "unknown";
  tokenId: string | undefined;
}

const openness: readonly unknown[] = ["never_created", "already_gone", "revoked", "not_found", "unknown"];

/** If several tokens have the same nonce, the least certain result counts. */
function resultsByNonce(reply: BrokerReply): ReadonlyMap<string, EndResult> {
  const results = new Map<string, EndResult>();
  for (const result of readResults(reply)) {
    const known = results.get(result.nonce);
    if (!known || openness.indexOf(result.status) > openness.indexOf(known.status))
      results.set(result.nonce, result);
  }
  return results;
}

function readResults(reply: BrokerReply): EndResult[] {
  if (reply.kind !== "answered") return [];
  const { tokens } = parseObject(reply.response.body) ?? {};
  if (!Array.isArray(tokens)) return [];
  return tokens.flatMap((item) => {
    const { nonce, status, token_id } = (item ?? {}) as Record<string, unknown>;
    if (typeof nonce !== "string" || !openness.includes(status)) return [];
    const tokenId = typeof token_id === "string" ? token_id : undefined;
    return [{ nonce, status: status as EndResult["status"], tokenId }];
  });
}
