import type { FastlyApi } from "../../fastly/index.ts";
import type { Recover } from "../../token/end-job-tokens.ts";
import { type Attempt, keepJournal } from "../../token/journal.ts";
import type { TokenName } from "../../token/token-name.ts";
import { isLeft, type TokenReport } from "../../token/token-status.ts";
import type { HandedKey, ObtainKey } from "../../token/with-key.ts";
import type { BrokerRoute } from "../inputs/broker.ts";
import { progress } from "../log.ts";
import { tryingAgain } from "../words/progress.ts";
import { openBroker } from "./create-through-broker.ts";
import { mintThroughBroker, type Narrowing } from "./mint-through-broker.ts";
import { recoverThroughBroker } from "./recover-through-broker.ts";
import * as words from "./words.ts";

/** What a token needs to list and revoke others (assumed: helper-global), for a few requests' time; the rule says on which services. */
const helperAsked: Narrowing = { scopes: ["global"], lifetimeMs: 120_000 };

/** Has the broker make the helper token of a companion action. */
export function helperThroughBroker(route: BrokerRoute, name: Omit<TokenName, "serial">): ObtainKey {
  return async (api): Promise<HandedKey> => {
    let attempts: Attempt[] = [];
    const journal = keepJournal((kept) => {
      attempts = kept.attempts;
    });
    const outcome = await mintThroughBroker(route, name, helperAsked, {
      ...openBroker(route, api),
      journal,
      report: (why, waitMs) => progress(tryingAgain(why, waitMs)),
    });
    const helper = outcome.kind === "minted" ? outcome.name : undefined;
    const lost = attempts.filter((attempt) => attempt.name !== helper && mayLive(attempt));
    return {
      key:
        outcome.kind === "minted"
          ? { kind: "made", token: outcome.token, requestId: outcome.requestId }
          : { kind: "none", text: words.notExchanged(outcome, route, words.helper) },
      endLost: (bounded) => endLost(lost, recoverBy(route, bounded), bounded),
    };
  };
}

function mayLive({ status }: Attempt): boolean {
  return status.kind === "unknown" || status.kind === "created";
}

function recoverBy(route: BrokerRoute, api: FastlyApi): Recover {
  return (unsettled) => recoverThroughBroker(route, openBroker(route, api))(unsettled, api);
}

async function endLost(lost: readonly Attempt[], recover: Recover, api: FastlyApi): Promise<TokenReport[]> {
  if (lost.length === 0) return [];
  const reports = await recover(
    lost.map((attempt) => ({ attempt })),
    api,
  );
  return reports.filter(({ status }) => isLeft(status));
}
