import {
  asFastlyError,
  bulkRevokeTokens,
  type FastlyApi,
  type FastlyError,
  type FastlyErrorCode,
  revokeToken,
} from "../fastly/index.ts";

/** What became of one token that was to be revoked. */
export interface Revocation {
  id: string;
  result: { kind: "revoked" } | { kind: "already-gone" } | { kind: "failed"; error: FastlyError };
}

export interface BulkPorts {
  api: FastlyApi;
  key: string;
  /** Called after each batch with how many tokens are dealt with so far. */
  onProgress?: (done: number) => void;
  /** After so many refusals of single tokens, and nothing else, the rest are given up. Without it each one is tried. */
  giveUpAfter?: number;
  /** Lists the IDs that exist, where that is cheaper than asking for each of many that may be gone. */
  list?: () => Promise<ReadonlySet<string>>;
}

/** No limit of the API is documented (assumed: a batch of this size passes, or is refused as a whole). */
const largestBatch = 400;

/**
 * Revokes tokens by their IDs, in batches. A batch that is refused is halved and tried again, down to single
 * tokens, so that one bad ID spares the others; where both halves pass, batches stay that small.
 */
export async function revokeInBulk(ids: readonly string[], ports: BulkPorts): Promise<Revocation[]> {
  const state: BulkState = { batchSize: largestBatch, refusals: 0, successes: 0, maybeRevoked: new Set() };
  const done: Revocation[] = [];
  while (done.length < ids.length) {
    done.push(...(await revokeBatch(ids.slice(done.length, done.length + state.batchSize), state, ports)));
    ports.onProgress?.(done.length);
  }
  return done;
}

/** How the batches went so far. */
interface BulkState {
  batchSize: number;
  refusals: number;
  successes: number;
  /** IDs of batches whose answer was lost: where they are gone, it was by us. */
  maybeRevoked: Set<string>;
}

async function revokeBatch(
  ids: readonly string[],
  state: BulkState,
  ports: BulkPorts,
): Promise<Revocation[]> {
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) return [await revokeOne(only, state, ports)];
  try {
    await bulkRevokeTokens(ports.api, ports.key, ids);
    state.successes++;
    return ids.map((id) => ({ id, result: { kind: "revoked" } }));
  } catch (caught) {
    const error = asFastlyError(caught);
    if (error.mayHaveHappened) for (const id of ids) state.maybeRevoked.add(id);
    const isHopeless =
      state.successes === 0 && state.refusals >= (ports.giveUpAfter ?? Number.POSITIVE_INFINITY);
    if (!refusesTheBatch.has(error.code) || isHopeless) return ids.map((id) => failed(id, error));
    if (error.code === "not-found" && ports.list) return revokeRest(ids, ports.list, state, ports);
    return revokeHalves(ids, state, ports);
  }
}

/** Refusals that may be about one of the tokens, or about their number. Others would meet each of them alike. */
const refusesTheBatch: ReadonlySet<FastlyErrorCode> = new Set(["bad-request", "forbidden", "not-found"]);

async function revokeHalves(
  ids: readonly string[],
  state: BulkState,
  ports: BulkPorts,
): Promise<Revocation[]> {
  const half = Math.ceil(ids.length / 2);
  const first = await revokeBatch(ids.slice(0, half), state, ports);
  const second = await revokeBatch(ids.slice(half), state, ports);
  const halves = [...first, ...second];
  if (halves.every(({ result }) => result.kind === "revoked"))
    state.batchSize = Math.min(state.batchSize, half);
  return halves;
}

/** Some of the batch are gone, maybe all of them by an earlier try whose answer was lost: a list tells which. */
async function revokeRest(
  ids: readonly string[],
  list: () => Promise<ReadonlySet<string>>,
  state: BulkState,
  ports: BulkPorts,
): Promise<Revocation[]> {
  const existing = await list();
  const told = ids.filter((id) => !existing.has(id)).map((id) => gone(id, state.maybeRevoked.has(id)));
  const rest = ids.filter((id) => existing.has(id));
  if (rest.length === 0) return told;
  // Where all of them exist, the list is of no help.
  return [...told, ...(await (told.length > 0 ? revokeBatch : revokeHalves)(rest, state, ports))];
}

async function revokeOne(id: string, state: BulkState, { api, key }: BulkPorts): Promise<Revocation> {
  try {
    await revokeToken(api, key, id);
    state.successes++;
    return { id, result: { kind: "revoked" } };
  } catch (caught) {
    const error = asFastlyError(caught);
    if (error.code === "not-found") return gone(id, error.mayHaveHappened || state.maybeRevoked.has(id));
    state.refusals++;
    return failed(id, error);
  }
}

function gone(id: string, byUs: boolean): Revocation {
  return { id, result: { kind: byUs ? "revoked" : "already-gone" } };
}

function failed(id: string, error: FastlyError): Revocation {
  return { id, result: { kind: "failed", error } };
}
