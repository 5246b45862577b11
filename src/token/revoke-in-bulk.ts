import {
  asFastlyError,
  bulkRevokeTokens,
  type FastlyApi,
  FastlyError,
  type FastlyErrorCode,
  getTokenCurrent,
  revokeToken,
} from "../fastly/index.ts";
import { askWithFreshKey } from "./fresh-key.ts";
import {
  goneStatus,
  type NotKnown,
  type RevokeStatus,
  type StatusProblem,
  secondLookMs,
  statusAfter,
} from "./token-status.ts";
import { waited } from "./waited.ts";
import type { Key } from "./with-key.ts";

/** What became of one token that was to be revoked. */
export interface Revocation {
  id: string;
  status: RevokeStatus | NotKnown;
}

/** With which key tokens are revoked, and what is known of them. */
export interface BulkWork {
  api: FastlyApi;
  key: Pick<Key, "key">;
  /** Called after each batch with how many tokens are dealt with so far. */
  onProgress?: (done: number) => void;
  /** After so many refusals of single tokens, and nothing else, the rest are given up. Without it each one is tried. */
  giveUpAfter?: number;
  /** Lists the IDs that exist now, for tokens that were seen in the same list before. Without it nobody has seen them. */
  list?: ListIds;
}

/** Lists IDs, where what it leaves out is not there; or says why there is no such list. */
export type ListIds = () => Promise<ReadonlySet<string> | StatusProblem>;

/** No limit of the API is documented (assumed: bulk-size). */
const largestBatch = 400;

/**
 * Revokes tokens by their IDs, in batches. A batch that is refused is halved and tried again, down to single
 * tokens, so that one bad ID spares the others; where both halves pass, batches stay that small. What Fastly does
 * not know is looked for once more after a second or two.
 */
export async function revokeInBulk(ids: readonly string[], work: BulkWork): Promise<Revocation[]> {
  const state: BulkState = { batchSize: largestBatch, refusals: 0, successes: 0, maybeRevoked: new Set() };
  const looks = new Map<string, Look>();
  for (let done = 0; done < ids.length; work.onProgress?.(done)) {
    const batch = ids.slice(done, done + state.batchSize);
    for (const [id, look] of await revokeBatch(batch, state, work)) looks.set(id, look);
    done += batch.length;
  }
  const missing = [...looks].flatMap(([id, look]) => (look.kind === "missing" ? [{ id, look }] : []));
  const settled = new Map(missing.length > 0 ? await lookAgain(missing, state, work) : []);
  return [...looks].map(([id, look]) => ({
    id,
    status: look.kind === "missing" ? (settled.get(id) ?? unknown(look.error)) : look,
  }));
}

/** The result of a first look. `missing`: Fastly does not know the token, or does not list it. */
type Look = RevokeStatus | Missing;

interface Missing {
  kind: "missing";
  error: FastlyError;
}

type Looks = [id: string, look: Look][];

/** How the batches went so far. */
interface BulkState {
  batchSize: number;
  refusals: number;
  successes: number;
  /** IDs of requests whose response was lost: where such a token is gone, it may be by us. */
  maybeRevoked: Set<string>;
}

async function revokeBatch(ids: readonly string[], state: BulkState, work: BulkWork): Promise<Looks> {
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) return [[only, await revokeOne(only, state, work)]];
  const { api, key } = work;
  try {
    await askWithFreshKey(api, () => bulkRevokeTokens(api, key.key, ids));
    state.successes++;
    return ids.map((id) => [id, { kind: "revoked" }]);
  } catch (caught) {
    const error = asFastlyError(caught);
    if (error.mayHaveHappened) for (const id of ids) state.maybeRevoked.add(id);
    const isHopeless =
      state.successes === 0 && state.refusals >= (work.giveUpAfter ?? Number.POSITIVE_INFINITY);
    if (!refusesTheBatch.has(error.code) || isHopeless) return ids.map((id) => [id, statusAfter(error)]);
    if (error.code === "not-found" && work.list) return revokeRest(ids, error, state, work, work.list);
    return revokeHalves(ids, state, work);
  }
}

/** Refusals that may be about one of the tokens, or about their number. Others would meet each of them alike. */
const refusesTheBatch: ReadonlySet<FastlyErrorCode> = new Set(["bad-request", "forbidden", "not-found"]);

async function revokeHalves(ids: readonly string[], state: BulkState, work: BulkWork): Promise<Looks> {
  const half = Math.ceil(ids.length / 2);
  const first = await revokeBatch(ids.slice(0, half), state, work);
  const second = await revokeBatch(ids.slice(half), state, work);
  const halves = [...first, ...second];
  if (halves.every(([, { kind }]) => kind === "revoked")) state.batchSize = Math.min(state.batchSize, half);
  return halves;
}

/** Some of the batch are gone, maybe all of them by an earlier try whose response was lost: a list says which. */
async function revokeRest(
  ids: readonly string[],
  error: FastlyError,
  state: BulkState,
  work: BulkWork,
  list: ListIds,
): Promise<Looks> {
  const listed = await list();
  const existing = "kind" in listed ? new Set(ids) : listed;
  const missing: Looks = ids.filter((id) => !existing.has(id)).map((id) => [id, { kind: "missing", error }]);
  const rest = ids.filter((id) => existing.has(id));
  if (rest.length === 0) return missing;
  // Where all of them exist, the list is of no help.
  return [...missing, ...(await (missing.length > 0 ? revokeBatch : revokeHalves)(rest, state, work))];
}

async function revokeOne(id: string, state: BulkState, { api, key }: BulkWork): Promise<Look> {
  try {
    await askWithFreshKey(api, () => revokeToken(api, key.key, id));
    state.successes++;
    return { kind: "revoked" };
  } catch (caught) {
    const error = asFastlyError(caught);
    if (error.mayHaveHappened) state.maybeRevoked.add(id);
    if (error.code === "not-found") return { kind: "missing", error };
    state.refusals++;
    return statusAfter(error);
  }
}

/** A token may not be known everywhere yet, so one response that it is not there proves nothing. */
async function lookAgain(
  missing: readonly { id: string; look: Missing }[],
  state: BulkState,
  work: BulkWork,
): Promise<[string, Revocation["status"]][]> {
  if (!(await waited(work.api, secondLookMs)))
    return missing.map(({ id, look }) => [id, unknown(look.error)]);
  const ids = missing.map(({ id }) => id);
  return work.list ? lookInList(ids, state, work, work.list) : askAgain(ids, state, work);
}

/** The tokens were seen before: those that a second list does not show either are gone. */
async function lookInList(
  ids: readonly string[],
  state: BulkState,
  work: BulkWork,
  list: ListIds,
): Promise<[string, Revocation["status"]][]> {
  const listed = await list();
  if ("kind" in listed) return ids.map((id) => [id, { kind: "unknown", problem: listed }]);
  const rest = ids.filter((id) => listed.has(id));
  const gone = ids.filter((id) => !listed.has(id));
  return [
    ...gone.map((id): [string, RevokeStatus] => [id, goneStatus(state.maybeRevoked.has(id))]),
    ...(await revokeEach(rest, state, work)),
  ];
}

async function revokeEach(
  ids: readonly string[],
  state: BulkState,
  work: BulkWork,
): Promise<[string, RevokeStatus][]> {
  const looks = ids.length > 0 ? await revokeBatch(ids, state, work) : [];
  return looks.map(([id, look]) => [id, look.kind === "missing" ? unknown(look.error) : look]);
}

/** Nobody has seen the tokens: "not known" is a response about them only where the key itself is good. */
async function askAgain(
  ids: readonly string[],
  state: BulkState,
  work: BulkWork,
): Promise<[string, Revocation["status"]][]> {
  const looks = await revokeBatch(ids, state, work);
  if (looks.every(([, { kind }]) => kind !== "missing")) return looks as [string, RevokeStatus][];
  const own = await getTokenCurrent(work.api, work.key.key).catch(asFastlyError);
  return looks.map(([id, look]) => {
    if (look.kind !== "missing") return [id, look];
    if (own instanceof FastlyError) return [id, unknown(own)];
    return [id, { kind: "not-known", responseLost: state.maybeRevoked.has(id) }];
  });
}

function unknown(error: FastlyError): RevokeStatus {
  return { kind: "unknown", problem: { kind: "error", error } };
}
