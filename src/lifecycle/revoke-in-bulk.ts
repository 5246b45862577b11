import {
  bulkRevokeTokens,
  type FastlyApi,
  FastlyError,
  type FastlyErrorCode,
  revokeToken,
} from "../fastly/index.ts";

/** What became of one token that was to be revoked. */
export interface Revocation {
  id: string;
  result: { kind: "revoked" } | { kind: "already-gone" } | { kind: "failed"; error: FastlyError };
}

/** No limit of the API is documented (assumed: a batch of this size passes, or is refused as a whole). */
const largestBatch = 500;

/** After so many refusals in a row the next will fare no better. */
const mostRefusalsInARow = 10;

/**
 * Revokes tokens by their IDs, in batches. A batch that is refused is halved and tried again, down to single
 * tokens, so that one bad ID spares the others; where both halves pass, batches stay that small.
 *
 * @param onProgress called after each batch with how many tokens are dealt with so far
 */
export async function revokeInBulk(
  api: FastlyApi,
  key: string,
  ids: readonly string[],
  onProgress: (done: number) => void = () => {},
): Promise<Revocation[]> {
  const course: Course = { batchSize: largestBatch, refusalsInARow: 0 };
  const done: Revocation[] = [];
  while (done.length < ids.length) {
    done.push(
      ...(await revokeBatch(api, key, ids.slice(done.length, done.length + course.batchSize), course)),
    );
    onProgress(done.length);
  }
  return done;
}

interface Course {
  batchSize: number;
  refusalsInARow: number;
}

async function revokeBatch(
  api: FastlyApi,
  key: string,
  ids: readonly string[],
  course: Course,
): Promise<Revocation[]> {
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) return [await revokeOne(api, key, only, course)];
  try {
    await bulkRevokeTokens(api, key, ids);
    course.refusalsInARow = 0;
    return ids.map((id) => ({ id, result: { kind: "revoked" } }));
  } catch (error) {
    if (!(error instanceof FastlyError)) throw error;
    if (!refusesTheBatch.has(error.code) || course.refusalsInARow >= mostRefusalsInARow) {
      return ids.map((id) => ({ id, result: { kind: "failed", error } }));
    }
    const half = Math.ceil(ids.length / 2);
    const first = await revokeBatch(api, key, ids.slice(0, half), course);
    const second = await revokeBatch(api, key, ids.slice(half), course);
    const halves = [...first, ...second];
    if (halves.every(({ result }) => result.kind === "revoked"))
      course.batchSize = Math.min(course.batchSize, half);
    return halves;
  }
}

/** Refusals that may be about one of the tokens, or about their number. Others would meet each of them alike. */
const refusesTheBatch: ReadonlySet<FastlyErrorCode> = new Set(["bad-request", "forbidden", "not-found"]);

async function revokeOne(api: FastlyApi, key: string, id: string, course: Course): Promise<Revocation> {
  try {
    await revokeToken(api, key, id);
    course.refusalsInARow = 0;
    return { id, result: { kind: "revoked" } };
  } catch (error) {
    if (!(error instanceof FastlyError)) throw error;
    if (error.code === "not-found") return { id, result: { kind: "already-gone" } };
    course.refusalsInARow++;
    return { id, result: { kind: "failed", error } };
  }
}
