import {
  asFastlyError,
  type FastlyApi,
  FastlyError,
  type FastlyErrorCode,
  getTokenCurrent,
  listTokensUser,
} from "../fastly/index.ts";
import type { Attempt } from "./journal.ts";
import { isUnsent, readTokenList } from "./list-tokens.ts";
import { revokeById } from "./revoke-by-id.ts";
import { isNameOf, mayBeCutNameOf } from "./token-name.ts";
import { idOf, reportOf, statusAfter, type TokenReport, type TokenStatus } from "./token-status.ts";
import { waited } from "./waited.ts";

/** After this time, in milliseconds, a create that was sent has made its token or never will (assumed: create-settles). */
export const longestCreateMs = 60_000;

/** Another key of the same user. */
export interface SettleKey {
  id: string;
  accessToken: string;
}

/**
 * Ends tokens with another one of the same user: by ID, or by the beginning of their names where the response was
 * lost. Nothing is touched that was not written down.
 */
export async function settleAttempts(
  attempts: readonly Attempt[],
  key: SettleKey,
  api: FastlyApi,
): Promise<TokenReport[]> {
  const reports: TokenReport[] = [];
  for (const attempt of attempts) {
    if ("accessToken" in attempt.status)
      reports.push(await endCreated(attempt, attempt.status.accessToken, key, api));
  }
  const lost = attempts.filter(({ status }) => !("accessToken" in status));
  return [...reports, ...(await endLost(lost, key, api))];
}

/** Where the response did not contain the ID, the token itself is asked for it. */
async function endCreated(
  attempt: Attempt,
  accessToken: string,
  key: SettleKey,
  api: FastlyApi,
): Promise<TokenReport> {
  const known = idOf(attempt);
  const id = known ?? (await getTokenCurrent(api, accessToken).then((own) => own.id, asFastlyError));
  if (typeof id === "string") return reportOf(attempt, await revokeAttempt(attempt, key, id, api), id);
  // Nobody knows the ID, so this may be about another token.
  if (id.code === "expired-key")
    return reportOf(attempt, { kind: "unknown", problem: { kind: "error", error: id } });
  return reportOf(attempt, statusAfter(id));
}

function revokeAttempt(
  { askedAt }: Attempt,
  { accessToken }: SettleKey,
  id: string,
  api: FastlyApi,
): Promise<TokenStatus> {
  return revokeById(api, accessToken, id, { askedAt, hasFreshKey: true });
}

/** Waits between looks at the list, in milliseconds: a token that appears late is found soon after. */
const looksMs = [1_500, 2_500, 4_000, 6_000, 8_000];

/**
 * Looks for tokens whose responses were lost until each is found, or is older than a create can take. Where time runs
 * out before that, nothing is known about it.
 */
async function endLost(lost: readonly Attempt[], key: SettleKey, api: FastlyApi): Promise<TokenReport[]> {
  const reports: TokenReport[] = [];
  let open = lost;
  let otherwise: TokenReport["status"] | undefined;
  let refusedBy: FastlyErrorCode | undefined;
  for (let look = 0; open.length > 0; look++) {
    const result = await lookOnce(open, key, api);
    reports.push(...result.reports);
    open = result.open;
    // A look that ran out of time adds nothing to an earlier one.
    const status = otherwise && result.isUnsent ? otherwise : result.otherwise;
    otherwise = status;
    const wait = waitBeforeNextLook(open, look, api);
    const isFinal = isFinalError(result.error, refusedBy);
    refusedBy = result.error?.code;
    if (open.length === 0 || (!isFinal && (await waited(api, wait)))) continue;
    return [...reports, ...open.map((attempt) => reportOf(attempt, status))];
  }
  return reports;
}

/** The last look comes when the youngest attempt is old enough, or just before the time is up. */
function waitBeforeNextLook(open: readonly Attempt[], look: number, { clock, deadline }: FastlyApi): number {
  const usual = looksMs[look] ?? longestLookMs;
  const old = Math.max(...open.map(({ askedAt }) => askedAt + longestCreateMs)) - clock.now() + 50;
  const last = deadline.remaining() - lastLookMs;
  const wait = old > 0 && old < usual ? old : usual;
  return last > 0 && last < wait ? last : wait;
}

const longestLookMs = 10_000;

/** How long a last look takes. */
const lastLookMs = 1_000;

/** The result of one look at the list of tokens. */
interface Look {
  reports: TokenReport[];
  open: readonly Attempt[];
  /** The status of those that stay open. */
  otherwise: TokenReport["status"];
  /** Why there was no list. */
  error?: FastlyError;
  /** Whether the time was used up before the list could be asked for. */
  isUnsent: boolean;
}

/** An edge or a proxy that sent a create twice has made two tokens of one name: both are ended. */
async function lookOnce(lost: readonly Attempt[], key: SettleKey, api: FastlyApi): Promise<Look> {
  const askedAt = api.clock.now();
  const list = await readTokenList(api, key.id, (onMalformed) =>
    listTokensUser(api, key.accessToken, onMalformed),
  );
  if (list instanceof FastlyError) {
    const otherwise = { kind: "unknown", problem: { kind: "error", error: list } } as const;
    return { reports: [], open: lost, otherwise, error: list, isUnsent: isUnsent(list) };
  }
  const { showsKey } = list;
  // An ID and a name are all that is needed here: whatever else is malformed in a token does not hide it.
  const listed = [...list.tokens, ...list.malformed.flatMap(({ known }) => known ?? [])];
  const reports: TokenReport[] = [];
  const open: Attempt[] = [];
  for (const attempt of lost) {
    const found = listed.filter(({ name }) => isNameOf(name, attempt.name));
    for (const { id } of found)
      reports.push(reportOf(attempt, await revokeAttempt(attempt, key, id, api), id));
    if (found.length > 0) continue;
    const mayBeThere = listed.some(({ name }) => mayBeCutNameOf(name, attempt.name));
    if (showsKey && !mayBeThere && askedAt - attempt.askedAt >= longestCreateMs)
      reports.push(reportOf(attempt, { kind: "never-created" }));
    else open.push(attempt);
  }
  const problem = showsKey
    ? ({ kind: "may-still-appear" } as const)
    : ({ kind: "list-without-key" } as const);
  return { reports, open, otherwise: { kind: "unknown", problem }, isUnsent: false };
}

/**
 * Whether another look would have the same result. Fastly's own refusal counts when it is seen twice, because a fresh
 * helper token may not be known everywhere yet.
 */
function isFinalError(error: FastlyError | undefined, refusedBefore: FastlyErrorCode | undefined): boolean {
  if (!error) return false;
  return barring.has(error.code) || (refusals.has(error.code) && error.code === refusedBefore);
}

const barring: ReadonlySet<FastlyErrorCode> = new Set([
  "expired-key",
  "proxy-refused",
  "untrusted-certificate",
  "response-too-large",
  "aborted",
]);

const refusals: ReadonlySet<FastlyErrorCode> = new Set(["bad-request", "forbidden", "not-found"]);
