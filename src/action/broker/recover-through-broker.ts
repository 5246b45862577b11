import type { FastlyApi } from "../../fastly/index.ts";
import type { Recover, Unsettled } from "../../token/end-job-tokens.ts";
import { revokeSelf, waited } from "../../token/revoke-self.ts";
import { longestCreateMs } from "../../token/settle-attempts.ts";
import {
  isLeft,
  reportOf,
  type StatusProblem,
  type TokenReport,
  type TokenStatus,
} from "../../token/token-status.ts";
import {
  askBroker,
  type BrokerAddress,
  type BrokerAnswer,
  type BrokerPorts,
  parseObject,
} from "./broker-client.ts";

const waitsMs = [1_500, 2_500, 4_000, 6_000];
const longestWaitMs = 10_000;

/**
 * Ends, through the broker, tokens that this job never got or that could not end themselves: the broker finds them
 * by their nonces. Asks again until each is settled, or is older than a create can take, or the time is up.
 */
export function recoverThroughBroker(broker: BrokerAddress, ports: BrokerPorts): Recover {
  return async (unsettled, api) => {
    const reports: TokenReport[] = [];
    let open = unsettled;
    for (let look = 0; open.length > 0; look++) {
      const askedAt = api.clock.now();
      const answer = await askBroker(broker, "/v1/end", { nonces: open.map(nonceOf).join(" ") }, ports);
      const results = new Map(readResults(answer).map((result) => [result.nonce, result]));
      const still: Unsettled[] = [];
      for (const one of open) {
        const result = results.get(nonceOf(one));
        const status = await statusOf(one, result?.status, askedAt, api);
        if (status) reports.push(reportOf(one.attempt, status, result?.tokenId));
        else still.push(one);
      }
      open = still;
      if (open.length === 0) break;
      if (isFinal(answer) || !(await waited(api, waitsMs[look] ?? longestWaitMs)))
        return [...reports, ...open.map((one) => reportOf(one.attempt, leftBy(one, answer)))];
    }
    return reports;
  };
}

function nonceOf({ attempt }: Unsettled): string {
  return / ([0-9a-f]{20})\./.exec(attempt.name)?.[1] ?? "";
}

/** @returns undefined where nothing is proved yet */
async function statusOf(
  { attempt }: Unsettled,
  result: EndResult["status"] | undefined,
  askedAt: number,
  api: FastlyApi,
): Promise<TokenStatus | undefined> {
  if (result === "revoked") return { kind: "revoked" };
  if ("accessToken" in attempt.status) {
    const status = await revokeSelf(api, attempt.status.accessToken);
    return isLeft(status) ? undefined : status;
  }
  if (result === "already_gone") return { kind: "already-gone", how: "revoked" };
  const isOld = askedAt - attempt.askedAt >= longestCreateMs;
  return result === "never_created" || (result === "not_found" && isOld)
    ? { kind: "never-created" }
    : undefined;
}

function leftBy(one: Unsettled, answer: BrokerAnswer): TokenStatus {
  return { kind: one.bySelf?.kind === "still-alive" ? "still-alive" : "unknown", problem: problemOf(answer) };
}

function problemOf(answer: BrokerAnswer): StatusProblem {
  switch (answer.kind) {
    case "answered":
      return { kind: "may-still-appear" };
    case "refused":
      return { kind: "broker", reason: `it answered ${answer.refusal.code}. ${answer.refusal.description}` };
    case "unavailable":
      return { kind: "broker", reason: `GitHub gave this job no OIDC token to ask with (${answer.reason})` };
    case "unknown":
      return { kind: "broker", reason: answer.reason };
    case "interrupted":
      return { kind: "broker", reason: "the step was interrupted" };
  }
}

/** A refusal of the broker's stays one, unless it asks to come again. */
function isFinal(answer: BrokerAnswer): boolean {
  return answer.kind === "refused" && ![429, 503].includes(answer.refusal.status);
}

interface EndResult {
  nonce: string;
  status: "revoked" | "already_gone" | "never_created" | "not_found" | "unknown";
  tokenId: string | undefined;
}

const statuses: ReadonlySet<unknown> = new Set([
  "revoked",
  "already_gone",
  "never_created",
  "not_found",
  "unknown",
]);

function readResults(answer: BrokerAnswer): EndResult[] {
  if (answer.kind !== "answered") return [];
  const { tokens } = parseObject(answer.answer.body) ?? {};
  if (!Array.isArray(tokens)) return [];
  return tokens.flatMap((item) => {
    const { nonce, status, token_id } = (item ?? {}) as Record<string, unknown>;
    if (typeof nonce !== "string" || !statuses.has(status)) return [];
    const tokenId = typeof token_id === "string" ? token_id : undefined;
    return [{ nonce, status: status as EndResult["status"], tokenId }];
  });
}
