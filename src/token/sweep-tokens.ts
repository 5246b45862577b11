import {
  type FastlyApi,
  type FastlyError,
  listTokensCustomer,
  listTokensUser,
  type Token,
} from "../fastly/index.ts";
import { type AskRun, askRuns, type RunState, runKey } from "./ask-runs.ts";
import type { HelperPorts } from "./helper-token.ts";
import { type NotListed, readWholeList, type TokenList } from "./list-tokens.ts";
import { type Revocation, revokeInBulk } from "./revoke-in-bulk.ts";
import { parseTokenName, type TokenName } from "./token-name.ts";
import type { StatusProblem } from "./token-status.ts";
import { type Key, type KeySource, type WithKey, withKey } from "./with-key.ts";

export interface SweepOrder {
  /** The run that sweeps, whose own jobs are at work. */
  ownRun: Pick<TokenName, "server" | "repository" | "runId" | "runAttempt">;
  /** Whose tokens to sweep: `owner/repo`, or `*` for every repository. */
  repositories: readonly string[];
  /** Younger tokens are left alone. */
  olderThanMs: number;
  /** A whole customer's tokens instead of the user's own: for a superuser. */
  customerId?: string | undefined;
  /** Report what would be swept, and revoke nothing. */
  dryRun: boolean;
}

export interface Sweep extends SweepOrder {
  /** Asks GitHub about a run; undefined where age alone decides. */
  askRun: AskRun | undefined;
  onProgress: (progress: SweepProgress) => void;
}

export type SweepProgress =
  | { kind: "listed"; ours: number; all: number }
  | { kind: "asked"; done: number; all: number }
  | { kind: "revoked"; done: number; all: number };

/** One token of this action, and what the sweep did with it. */
export interface Finding {
  token: Token;
  name: TokenName;
  ageMs: number;
  verdict: Verdict;
}

export type Verdict =
  /** It was to be revoked, and this became of it. */
  | { kind: "revocation"; grounds: Grounds; status: Revocation["status"] }
  /** A dry run would have revoked it otherwise. */
  | { kind: "would-sweep"; grounds: Grounds }
  | { kind: "too-young" }
  /** The run that sweeps created it. */
  | { kind: "own-run" }
  | { kind: "run-alive"; status: string }
  | { kind: "run-unknown"; why: string };

/** Why a token is to be revoked: GitHub says that its run is over, or age alone decides. */
export type Grounds = "run-over" | "age";

export type Swept =
  /** `malformed` holds why tokens could not be read, and were left alone. */
  | { kind: "swept"; findings: Finding[]; malformed: FastlyError[] }
  /** There is no list, or none that shows the key itself: which tokens there are is unknown. */
  | NotListed;

/**
 * Revokes what jobs left behind: tokens whose names parse in full as this action's own, created on this GitHub
 * server for the repositories asked for, old enough, and whose run is over. Everything else stays.
 */
export function sweepTokens(
  sweep: Sweep,
  keySource: KeySource,
  helperName: Omit<TokenName, "serial">,
  ports: HelperPorts,
): Promise<WithKey<Swept>> {
  return withKey(keySource, helperName, ports, async (key, api): Promise<Swept> => {
    const listed = await list(sweep, key, api);
    if (listed.kind === "not-listed") return listed;
    const { tokens, malformed } = listed;
    const ours = findOurs(tokens, sweep, key, api);
    sweep.onProgress({ kind: "listed", ours: ours.length, all: tokens.length + malformed.length });
    const verdicts = await decide(ours, sweep);
    const over = ours.filter(({ token }) => verdicts.get(token.id)?.kind === "would-sweep");
    if (!sweep.dryRun) {
      for (const { id, status } of await revokeAll(over, sweep, key, api))
        verdicts.set(id, { kind: "revocation", grounds: groundsOf(sweep), status });
    }
    return {
      kind: "swept",
      malformed: malformed.map(({ error }) => error),
      findings: ours.map((candidate) => ({
        ...candidate,
        verdict: verdicts.get(candidate.token.id) ?? { kind: "too-young" },
      })),
    };
  });
}

type Candidate = Omit<Finding, "verdict">;

function list({ customerId }: SweepOrder, { key, id }: Key, api: FastlyApi): Promise<TokenList | NotListed> {
  return readWholeList(api, id, (onMalformed) =>
    customerId === undefined
      ? listTokensUser(api, key, onMalformed)
      : listTokensCustomer(api, key, customerId, onMalformed),
  );
}

function findOurs(tokens: readonly Token[], order: SweepOrder, key: Key, { clock }: FastlyApi): Candidate[] {
  const now = clock.now() + key.clockOffsetMs;
  const ours: Candidate[] = [];
  for (const token of tokens) {
    const name = parseTokenName(token.name);
    if (!name || token.id === key.id || !isWanted(name, order) || isExpired(token, now)) continue;
    ours.push({ token, name, ageMs: now - Date.parse(token.createdAt) });
  }
  return ours;
}

/** GitHub takes names of owners and repositories in any case. */
function isWanted({ server, repository }: TokenName, { ownRun, repositories }: SweepOrder): boolean {
  if (server !== ownRun.server) return false;
  return repositories.some((wanted) => wanted === "*" || wanted.toLowerCase() === repository.toLowerCase());
}

function isExpired({ expiresAt }: Token, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now;
}

function groundsOf({ askRun }: Sweep): Grounds {
  return askRun ? "run-over" : "age";
}

/** What is to be done with each token, by its ID: `would-sweep` for those whose run is over. */
async function decide(
  ours: readonly Candidate[],
  { ownRun, olderThanMs, askRun, onProgress }: Sweep,
): Promise<Map<string, Verdict>> {
  const old = ours.filter(({ ageMs }) => ageMs >= olderThanMs);
  const others = old.filter(({ name }) => runKey(name) !== runKey(ownRun)).map(({ name }) => name);
  const states =
    askRun && (await askRuns(others, askRun, (done, all) => onProgress({ kind: "asked", done, all })));
  return new Map(old.map(({ token, name }) => [token.id, verdictOn(name)]));

  function verdictOn(name: TokenName): Verdict {
    if (runKey(name) === runKey(ownRun)) return { kind: "own-run" };
    return states ? verdictBy(states.get(runKey(name))) : { kind: "would-sweep", grounds: "age" };
  }
}

function verdictBy(state: RunState | undefined): Verdict {
  switch (state?.kind) {
    case "finished":
      return { kind: "would-sweep", grounds: "run-over" };
    case "alive":
      return { kind: "run-alive", status: state.status };
    default:
      return { kind: "run-unknown", why: state?.why ?? "GitHub was not asked" };
  }
}

/** The tokens were listed as the user's own: where so many are refused, and none is not, the next fares no better. */
const mostRefusals = 10;

async function revokeAll(
  candidates: readonly Candidate[],
  sweep: Sweep,
  key: Key,
  api: FastlyApi,
): Promise<Revocation[]> {
  const ids = candidates.map(({ token }) => token.id);
  return revokeInBulk(ids, {
    api,
    key,
    giveUpAfter: mostRefusals,
    onProgress: (done) => sweep.onProgress({ kind: "revoked", done, all: ids.length }),
    list: () => listIds(sweep, key, api),
  });
}

/** Every ID in the list, also of tokens that cannot be read otherwise: what a list leaves out counts as gone. */
async function listIds(
  order: SweepOrder,
  key: Key,
  api: FastlyApi,
): Promise<ReadonlySet<string> | StatusProblem> {
  const listed = await list(order, key, api);
  if (listed.kind === "not-listed") return listed.problem;
  const withoutId = listed.malformed.find(({ known }) => known === undefined);
  if (withoutId) return { kind: "error", error: withoutId.error };
  return new Set(
    [...listed.tokens, ...listed.malformed.flatMap(({ known }) => known ?? [])].map(({ id }) => id),
  );
}
