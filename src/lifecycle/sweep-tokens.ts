import { type FastlyError, listTokensCustomer, listTokensUser, type Token } from "../fastly/index.ts";
import type { Helped, HelperPorts } from "./helper-token.ts";
import { revokeInBulk } from "./revoke-in-bulk.ts";
import { parseTokenName, type TokenName } from "./token-name.ts";
import { type Access, type Key, withKey } from "./with-key.ts";

export interface SweepOrder {
  /** Whose tokens to sweep: `owner/repo`, or `*` for every repository. */
  repositories: readonly string[];
  /** Younger tokens are left alone. */
  olderThanMs: number;
  /** A whole customer's tokens instead of the user's own: for a superuser. */
  customerId?: string | undefined;
  /** Tell what would be swept, and revoke nothing. */
  dryRun: boolean;
}

/** One attempt of a run, as a token's name tells it. */
export type Run = Pick<TokenName, "repository" | "runId" | "runAttempt">;

/** What is known of a run. Only a finished one's tokens are swept. */
export type RunState =
  | { kind: "finished" }
  | { kind: "alive"; status: string }
  | { kind: "unknown"; why: string };

export interface SweepPorts extends HelperPorts {
  /** Asks whether a run is over; undefined where age alone decides. */
  askRun: ((run: Run) => Promise<RunState>) | undefined;
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

/**
 * Revokes what jobs left behind: tokens whose names parse in full as this action's own, of the repositories
 * asked for, old enough, and whose run is over. Everything else stays.
 *
 * @throws {FastlyError} where the key given is not good, or the tokens cannot be listed
 */
export function sweepTokens(
  order: SweepOrder,
  access: Access,
  helperName: Omit<TokenName, "serial">,
  ports: SweepPorts,
): Promise<Helped<Finding[]>> {
  return withKey(access, helperName, ports, async (key) => {
    const candidates = await findOurs(order, key, ports);
    const old = candidates.filter(({ ageMs }) => ageMs >= order.olderThanMs);
    const states = await askRuns(old, ports);
    const over = old.filter(({ name }) => states.get(runKey(name))?.kind === "finished");
    const fates = order.dryRun ? dryFates(over) : await revokeAll(over, key, ports);
    return candidates.map((candidate) => ({ ...candidate, fate: fateOf(candidate) }));

    function fateOf({ token, name, ageMs }: Candidate): SweepFate {
      const state = states.get(runKey(name));
      if (ageMs < order.olderThanMs || state === undefined) return { kind: "too-young" };
      if (state.kind === "alive") return { kind: "run-alive", status: state.status };
      if (state.kind === "unknown") return { kind: "run-unknown", why: state.why };
      return fates.get(token.id) ?? { kind: "already-gone" };
    }
  });
}

type Candidate = Omit<Finding, "fate">;

async function findOurs(order: SweepOrder, key: Key, ports: SweepPorts): Promise<Candidate[]> {
  const { api, clock, tell } = ports;
  const tokens =
    order.customerId === undefined
      ? await listTokensUser(api, key.key)
      : await listTokensCustomer(api, key.key, order.customerId);
  const now = clock.now() + key.clockOffsetMs;
  const ours: Candidate[] = [];
  for (const token of tokens) {
    const name = parseTokenName(token.name);
    if (!name || token.id === key.id || !isWanted(name, order.repositories) || isExpired(token, now))
      continue;
    ours.push({ token, name, ageMs: now - Date.parse(token.createdAt) });
  }
  tell({ kind: "listed", ours: ours.length, all: tokens.length });
  return ours;
}

/** GitHub takes names of owners and repositories in any case. */
function isWanted({ repository }: TokenName, repositories: readonly string[]): boolean {
  return repositories.some((wanted) => wanted === "*" || wanted.toLowerCase() === repository.toLowerCase());
}

function isExpired({ expiresAt }: Token, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now;
}

const askedAtOnce = 250;

/** Asks once for each run, several side by side. */
async function askRuns(candidates: readonly Candidate[], ports: SweepPorts): Promise<Map<string, RunState>> {
  const runs = new Map(candidates.map(({ name }) => [runKey(name), name]));
  const states = new Map<string, RunState>();
  const { askRun } = ports;
  const entries = [...runs];
  for (let done = 0; done < entries.length; done += askedAtOnce) {
    const some = entries.slice(done, done + askedAtOnce);
    await Promise.all(
      some.map(async ([key, run]) => {
        states.set(key, askRun ? await askRun(run) : { kind: "finished" });
      }),
    );
    if (askRun) ports.tell({ kind: "asked", done: states.size, all: entries.length });
  }
  return states;
}

function runKey({ repository, runId, runAttempt }: Run): string {
  return `${repository.toLowerCase()}/${runId}/${runAttempt}`;
}

function dryFates(candidates: readonly Candidate[]): Map<string, SweepFate> {
  return new Map(candidates.map(({ token }) => [token.id, { kind: "would-sweep" }]));
}

async function revokeAll(
  candidates: readonly Candidate[],
  key: Key,
  ports: SweepPorts,
): Promise<Map<string, SweepFate>> {
  const ids = candidates.map(({ token }) => token.id);
  const revocations = await revokeInBulk(ports.api, key.key, ids, (done) =>
    ports.tell({ kind: "revoked", done, all: ids.length }),
  );
  return new Map(
    revocations.map(
      ({ id, result }) => [id, result.kind === "revoked" ? { kind: "swept" } : result] as const,
    ),
  );
}
