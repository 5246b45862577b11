import {
  asFastlyError,
  FastlyError,
  listTokensCustomer,
  listTokensUser,
  type Token,
} from "../fastly/index.ts";
import type { OnOdd } from "../fastly/token.ts";
import { askRuns, type RunQuestions, type RunState, runKey } from "./ask-runs.ts";
import type { HelperPorts, WorkPorts } from "./helper-token.ts";
import { revokeInBulk } from "./revoke-in-bulk.ts";
import { parseTokenName, type TokenName } from "./token-name.ts";
import { type Access, type Key, type WithKey, withKey } from "./with-key.ts";

export interface SweepOrder {
  /** The run that sweeps, whose own jobs are at work. */
  ownRun: Pick<TokenName, "server" | "repository" | "runId" | "runAttempt">;
  /** Whose tokens to sweep: `owner/repo`, or `*` for every repository. */
  repositories: readonly string[];
  /** Younger tokens are left alone. */
  olderThanMs: number;
  /** A whole customer's tokens instead of the user's own: for a superuser. */
  customerId?: string | undefined;
  /** Tell what would be swept, and revoke nothing. */
  dryRun: boolean;
}

export interface SweepPorts extends HelperPorts {
  /** What GitHub is asked about runs; undefined where age alone decides. */
  runs: RunQuestions | undefined;
  tell: (progress: SweepProgress) => void;
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
  fate: SweepFate;
}

export type SweepFate =
  | { kind: "swept" }
  | { kind: "already-gone" }
  /** A dry run would have swept it otherwise. */
  | { kind: "would-sweep" }
  | { kind: "too-young" }
  | { kind: "run-alive"; status: string }
  | { kind: "run-unknown"; why: string }
  | { kind: "failed"; error: FastlyError };

export type Swept =
  /** `odd` tells of tokens that could not be read, and were left alone. */
  { kind: "swept"; findings: Finding[]; odd: FastlyError[] } | { kind: "not-listed"; error: FastlyError };

/**
 * Revokes what jobs left behind: tokens whose names parse in full as this action's own, made on this GitHub
 * server for the repositories asked for, old enough, and whose run is over. Everything else stays.
 */
export function sweepTokens(
  order: SweepOrder,
  access: Access,
  helperName: Omit<TokenName, "serial">,
  ports: SweepPorts,
): Promise<WithKey<Swept>> {
  return withKey(access, helperName, ports, async (key, work): Promise<Swept> => {
    const odd: FastlyError[] = [];
    const listed = await list(order, key, work, (error) => odd.push(error));
    if (listed instanceof FastlyError) return { kind: "not-listed", error: listed };
    const ours = findOurs(listed, order, key, ports);
    ports.tell({ kind: "listed", ours: ours.length, all: listed.length + odd.length });
    const fates = await decide(ours, order, ports);
    const over = ours.filter(({ token }) => fates.get(token.id)?.kind === "would-sweep");
    if (!order.dryRun)
      for (const [id, fate] of await revokeAll(over, order, key, work, ports)) fates.set(id, fate);
    return {
      kind: "swept",
      odd,
      findings: ours.map((candidate) => ({
        ...candidate,
        fate: fates.get(candidate.token.id) ?? { kind: "too-young" },
      })),
    };
  });
}

type Candidate = Omit<Finding, "fate">;

async function list(
  order: SweepOrder,
  { key }: Key,
  { api }: WorkPorts,
  onOdd: OnOdd = () => {},
): Promise<Token[] | FastlyError> {
  try {
    if (order.customerId === undefined) return await listTokensUser(api, key, onOdd);
    return await listTokensCustomer(api, key, order.customerId, onOdd);
  } catch (error) {
    return asFastlyError(error);
  }
}

function findOurs(tokens: readonly Token[], order: SweepOrder, key: Key, { clock }: SweepPorts): Candidate[] {
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

/** What is to be done with each token, by its ID: `would-sweep` for those whose run is over. */
async function decide(
  ours: readonly Candidate[],
  { ownRun, olderThanMs }: SweepOrder,
  { runs, tell }: SweepPorts,
): Promise<Map<string, SweepFate>> {
  const old = ours.filter(({ ageMs }) => ageMs >= olderThanMs);
  const others = old.filter(({ name }) => runKey(name) !== runKey(ownRun)).map(({ name }) => name);
  const states = runs && (await askRuns(others, runs, (done, all) => tell({ kind: "asked", done, all })));
  return new Map(old.map(({ token, name }) => [token.id, fateOf(name)]));

  function fateOf(name: TokenName): SweepFate {
    if (runKey(name) === runKey(ownRun)) return { kind: "run-alive", status: "this very one" };
    return states ? fateByState(states.get(runKey(name))) : { kind: "would-sweep" };
  }
}

function fateByState(state: RunState | undefined): SweepFate {
  switch (state?.kind) {
    case "finished":
      return { kind: "would-sweep" };
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
  order: SweepOrder,
  key: Key,
  work: WorkPorts,
  { tell }: SweepPorts,
): Promise<[string, SweepFate][]> {
  const ids = candidates.map(({ token }) => token.id);
  const revocations = await revokeInBulk(ids, {
    api: work.api,
    key: key.key,
    giveUpAfter: mostRefusals,
    onProgress: (done) => tell({ kind: "revoked", done, all: ids.length }),
    list: async () => {
      const listed = await list(order, key, work);
      return new Set(listed instanceof FastlyError ? ids : listed.map(({ id }) => id));
    },
  });
  return revocations.map(({ id, result }) => [id, result.kind === "revoked" ? { kind: "swept" } : result]);
}
