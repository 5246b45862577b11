import { isoTime } from "../../fastly/index.ts";
import { longestCreateMs } from "../../token/settle-attempts.ts";
import { isNonce, parseTokenName, type TokenName } from "../../token/token-name.ts";
import type { TokenStatus } from "../../token/token-status.ts";
import type { Rule } from "../policy/index.ts";
import type { ListedToken } from "../users/user-tokens.ts";
import { readForm } from "./form.ts";
import { findRule, identify, readSubject, subjectParameters } from "./identify.ts";
import { malformed, type Refused, refusal, tokenRejected } from "./refusal.ts";
import { attemptKeyOf, type RunIdentity, runKeyOf } from "./run-key.ts";
import type { Exchange, Generation, Reply, Service } from "./service.ts";

const parameters = [...subjectParameters, "rule", "nonces", "nonce"] as const;

/** A main step draws one nonce for each token that it asks for. */
const mostNonces = 50;
const marginMs = 60_000;
/** How long it is known that a nonce was asked about. */
const keptMs = 15 * 60_000;

/**
 * What became of a token, as the response states it. A response of Fastly's proves the first three. `not_found`:
 * each list was read and does not show it, and it is too early to say that none will: ask again.
 */
type EndStatus = "revoked" | "already_gone" | "never_created" | "not_found" | "unknown";

interface Ended {
  nonce: string;
  status: EndStatus;
  token_id?: string;
  expires_at?: string;
}

/** `POST /v1/end`: ends what this very run attempt made and could not hear of. */
export async function endTokens(
  exchange: Exchange,
  generation: Generation,
  service: Service,
): Promise<Reply> {
  const form = await readForm(exchange.request, parameters);
  if (form.kind === "refused") return form;
  const subject = readSubject(form.fields, true);
  if (subject.kind === "refused") return subject;
  const nonces = readNonces(form.fields);
  if (!Array.isArray(nonces)) return nonces;
  exchange.record.nonces = nonces.join(" ");

  const identified = await identify(subject.jwt, exchange, generation, service);
  if (identified.kind === "refused") return identified;
  const { verified, run } = identified;
  const users = usersToSearch(form.fields.rule, identified, generation);
  if (!Array.isArray(users)) return users;
  const jwtId = await service.sha256(`${verified.issuer.issuer}\n${verified.claims.jti}`);
  const keepMs = Math.max(0, verified.acceptedUntil - service.clock.now()) + marginMs;
  if (!(await service.store.takeOnce(jwtId, keepMs)))
    return refusal(
      "token_reused",
      "This JWT has been used before. Each JWT is valid for one request; ask GitHub for a fresh one.",
    );

  const tokens = await search(nonces, run, users, generation, service);
  const left = tokens.filter(({ status }) => status === "unknown" || status === "not_found").length;
  for (const { status } of tokens) service.metrics.ended("end", status);
  Object.assign(exchange.record, { ended: tokens.length - left, left });
  return { kind: "answered", decision: "done", status: 200, body: { tokens, request_id: exchange.id } };
}

/** `nonces` is the parameter's name; `nonce` is taken as well, since that is what it is called at `/v1/token`. */
function readNonces({ nonces, nonce }: { nonces?: string; nonce?: string }): string[] | Refused {
  if (nonces !== undefined && nonce !== undefined) return malformed("Send nonces or nonce, not both.");
  const given = nonces ?? nonce;
  if (given === undefined) return malformed("The parameter nonces is missing.");
  const list = given.split(" ");
  if (!list.every(isNonce) || new Set(list).size < list.length)
    return malformed(
      "The parameter nonces is not a list of nonces of 20 hexadecimal digits, separated by spaces.",
    );
  return list.length > mostNonces
    ? malformed(`The parameter nonces contains more than ${mostNonces} nonces.`)
    : list;
}

/** The users of the rule that is named, or of every rule that this repository may use. */
function usersToSearch(
  named: string | undefined,
  { verified }: { verified: Parameters<typeof findRule>[1] },
  generation: Generation,
): string[] | Refused {
  if (named !== undefined) {
    const found = findRule(named, verified, generation);
    return found.kind === "refused" ? found : [...found.rule.users];
  }
  const { repository_owner_id: owner, repository_id: repository } = verified.claims;
  const rules = [...generation.config.rules.values()].filter(({ ownerIds }) => ownerIds.has(owner));
  if (rules.length === 0) return tokenRejected("owner_unknown_to_rule");
  return usersOf(rules.filter(({ repositoryIds }) => repositoryIds.has(repository)));
}

export function usersOf(rules: readonly Rule[]): string[] {
  return [...new Set(rules.flatMap(({ users }) => users))];
}

/** Whether a name is one of a job of this run attempt, whatever its repository is called by now. */
export function isOfAttempt(name: TokenName, run: RunIdentity): boolean {
  return name.use === "job" && attemptKeyOf(name) === attemptKeyOf(run);
}

/** Whether a name states exactly this run attempt, and is one of a job. */
export function isOfRun(name: TokenName, run: RunIdentity): boolean {
  return name.use === "job" && runKeyOf(name) === runKeyOf(run);
}

/** Before the second look, in milliseconds: a token may be missing from a list for a moment. Who waits longer asks again. */
const secondLookMs = 1_500;

/**
 * Looks twice for tokens of these nonces. Absence is proved by a list that was read a minute after anything could
 * have asked for a token, since a create may take so long.
 */
async function search(
  nonces: readonly string[],
  run: RunIdentity,
  users: readonly string[],
  generation: Generation,
  service: Service,
): Promise<Ended[]> {
  const open = new Map<string, number>();
  for (const nonce of nonces) open.set(nonce, await lastAsked(nonce, run, service));
  const ended: Ended[] = [];
  for (let look = 1; ; look++) {
    const found = await lookOnce(open, run, users, generation);
    ended.push(...found.ended);
    for (const { nonce } of found.ended) open.delete(nonce);
    if (open.size > 0 && found.isComplete && look === 1) {
      await service.clock.wait(secondLookMs);
      continue;
    }
    const rest = [...open.keys()].map((nonce): Ended => {
      return { nonce, status: found.isComplete && !found.unclear.has(nonce) ? "not_found" : "unknown" };
    });
    return [...ended, ...rest];
  }
}

/** When a token of this nonce was asked for at the latest, once nothing of it is under way here. */
async function lastAsked(nonce: string, run: RunIdentity, { mints, clock, store }: Service): Promise<number> {
  const mint = mints.find(nonce, run);
  if (mint) {
    mint.cancel();
    await mint.done;
    return mint.endedAt ?? clock.now();
  }
  // Another instance may have asked for it just now; of a second question, the first one says how long ago.
  return store.firstSeen(`${nonce} ${runKeyOf(run)}`, keptMs);
}

interface Look {
  ended: Ended[];
  /** Whether every user's list was read: otherwise another look would prove no more. */
  isComplete: boolean;
  /** Nonces of tokens whose names do not say whose they are. */
  unclear: ReadonlySet<string>;
}

async function lookOnce(
  open: ReadonlyMap<string, number>,
  run: RunIdentity,
  users: readonly string[],
  { users: fastlyUsers }: Generation,
): Promise<Look> {
  const ended: Ended[] = [];
  let isComplete = true;
  const askedAt: number[] = [];
  const unclear = new Set<string>();
  for (const user of users) {
    const listing = await fastlyUsers.list(user);
    if (listing.kind !== "listed" || !listing.isOwnList) isComplete = false;
    if (listing.kind !== "listed") continue;
    askedAt.push(listing.askedAt);
    for (const token of listing.tokens) {
      const match = matchOf(token, open, run);
      if (match?.isUnclear) unclear.add(match.nonce);
      if (!match || match.isUnclear) continue;
      ended.push(endedOf(match.nonce, token, await fastlyUsers.end(user, listing, token.id)));
    }
  }
  const found = new Set(ended.map(({ nonce }) => nonce));
  const listedAt = Math.min(...askedAt);
  if (isComplete && users.length > 0) {
    for (const [nonce, asked] of open) {
      const isProved = !found.has(nonce) && !unclear.has(nonce) && listedAt - asked >= longestCreateMs;
      if (isProved) ended.push({ nonce, status: "never_created" });
    }
  }
  return { ended, isComplete, unclear };
}

/** A name that a server has cut short, or that states another repository, leaves open whose it is: it is left alone, and nothing is proved. */
function matchOf(
  { name }: ListedToken,
  open: ReadonlyMap<string, number>,
  run: RunIdentity,
): { nonce: string; isUnclear: boolean } | undefined {
  const nonce = /^\S+ ([0-9a-f]{20})\./.exec(name)?.[1];
  if (nonce === undefined || !open.has(nonce)) return undefined;
  const parsed = parseTokenName(name);
  if (!parsed) return { nonce, isUnclear: true };
  if (isOfRun(parsed, run)) return { nonce, isUnclear: false };
  // Made before its repository got another name, perhaps.
  return isOfAttempt(parsed, run) ? { nonce, isUnclear: true } : undefined;
}

function endedOf(nonce: string, { id, expiresAt }: ListedToken, status: TokenStatus): Ended {
  return {
    nonce,
    status: wordOf(status),
    token_id: id,
    ...(expiresAt === null ? {} : { expires_at: isoTime(expiresAt) }),
  };
}

function wordOf({ kind }: TokenStatus): EndStatus {
  if (kind === "revoked") return "revoked";
  return kind === "already-gone" ? "already_gone" : "unknown";
}
