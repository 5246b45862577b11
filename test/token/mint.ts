import { connectApi, deadlineIn } from "../../src/fastly/index.ts";
import { openTransport } from "../../src/http/node.ts";
import { type Journal, keepJournal } from "../../src/token/journal.ts";
import { mintToken } from "../../src/token/mint-token.ts";
import type { Credentials, Progress } from "../../src/token/minting.ts";
import type { TokenName } from "../../src/token/token-name.ts";
import type { MintOutcome } from "../../src/token/token-status.ts";
import { instantClock } from "../support/clock.ts";
import type { Emulator } from "../support/emulator.ts";

/** Of a token that a job asks for. */
export const name: Omit<TokenName, "serial"> = {
  server: "github.com",
  repository: "octo-org/shop",
  runId: "1",
  runAttempt: "1",
  job: "deploy",
  use: "job",
  nonce: "0123456789abcdef0123",
  label: "",
};

export type Minting = {
  outcome: MintOutcome;
  reported: Progress[];
  /** Each state of the journal, as it was saved. */
  saved: Journal[];
  hidden: string[];
};

export type Passing = {
  totalMs: number;
  /** Called as a wait begins; the emulator's clock can follow. */
  onWait?: (ms: number) => Promise<unknown>;
};

/** Mints against the emulator with a clock on which waits are over at once, and time has passed all the same. */
export async function mint(
  emulator: Emulator,
  credentials: Credentials,
  { totalMs, onWait }: Passing,
): Promise<Minting> {
  const reported: Progress[] = [];
  const saved: Journal[] = [];
  const hidden: string[] = [];
  const clock = instantClock(onWait);
  const deadline = deadlineIn(totalMs, clock);
  const api = connectApi({ apiUrl: emulator.url, openTransport, userAgent: "a-test/1", deadline, clock });
  const outcome = await mintToken(
    name,
    { scopes: ["purge_all"], services: [], lifetimeMs: 600_000 },
    credentials,
    {
      api,
      journal: keepJournal((journal) => saved.push(structuredClone(journal))),
      hide: (secret) => hidden.push(secret),
      report: (progress) => reported.push(progress),
    },
  );
  await api.close();
  return { outcome, reported, saved, hidden };
}
