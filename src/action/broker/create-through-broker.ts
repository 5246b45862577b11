import "../parse-unoptimized.ts";
import type { CreatedToken, FastlyApi } from "../../fastly/index.ts";
import type { JournalKeeper } from "../../token/journal.ts";
import type { TokenName } from "../../token/token-name.ts";
import { type BrokerInputs, type BrokerRoute, readJwtSource } from "../inputs/broker.ts";
import { hide, progress } from "../log.ts";
import { transportThrough } from "../transport.ts";
import { userAgent } from "../user-agent.ts";
import { tryingAgain } from "../words/progress.ts";
import { mintThroughBroker } from "./mint-through-broker.ts";
import type { BrokerPorts } from "./ports.ts";

export type BrokerMinted =
  | { kind: "minted"; name: string; token: CreatedToken; isShort: false; requestId: string | undefined }
  | { kind: "refused"; why: string };

/** Creates the job's token through the broker. */
export async function createThroughBroker(
  { route, asked }: BrokerInputs,
  name: Omit<TokenName, "serial">,
  api: FastlyApi,
  journal: JournalKeeper,
): Promise<BrokerMinted> {
  const outcome = await mintThroughBroker(route, name, asked, {
    ...openBroker(route, api),
    journal,
    report: (why, waitMs) => progress(tryingAgain(why, waitMs)),
  });
  if (outcome.kind === "minted") return { ...outcome, isShort: false };
  const { notExchanged } = await import("./words.ts");
  return { kind: "refused", why: notExchanged(outcome, route) };
}

/** Opens connections to the broker and to GitHub, within the bounds of Fastly's client; they end with the process, too. */
export function openBroker(route: BrokerRoute, api: FastlyApi): BrokerPorts {
  const { requestUrl, requestToken } = readJwtSource();
  hide(requestToken);
  const transport = transportThrough(route.proxy ?? undefined)(new URL(route.url).origin);
  const url = URL.parse(requestUrl);
  const source = url && {
    url,
    requestToken,
    transport: transportThrough(route.jwtProxy ?? undefined)(url.origin),
  };
  return { api, transport, source, userAgent, hide };
}
