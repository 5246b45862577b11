import {
  type CreatedToken,
  FastlyError,
  getToken,
  listTokensUser,
  revokeToken,
  type Token,
} from "../fastly/index.ts";
import {
  type EndedToken,
  type EndPorts,
  type MissingHelper,
  refused,
  type TokenEnd,
  type Unsettled,
} from "./end-job-tokens.ts";
import { endToken } from "./end-token.ts";
import { type Attempt, keepJournal } from "./journal.ts";
import { mintToken } from "./mint-token.ts";
import type { Grant } from "./mismatch.ts";

/** What a helper token needs to list and revoke its user's tokens (assumed), for a few requests' time. */
const helperGrant: Grant = { scopes: ["global"], services: [], lifetimeMs: 120_000 };

/** A create whose answer was lost may still be on its way through Fastly when the tokens are listed. */
const secondLookMs = 2_000;

/**
 * Ends tokens that could not be ended with themselves: mints a helper token, finds them by ID, or by their
 * unique names where the answer was lost, revokes them, and then the helper. A token is only touched when
 * its ID or its whole name is one of those that were written down.
 */
export async function recoverTokens(unsettled: readonly Unsettled[], ports: EndPorts): Promise<EndedToken[]> {
  const minter = await ports.minter();
  if (!minter) return unsettled.map((one) => withoutHelper(one, { kind: "no-credentials" }));

  let helpers: Attempt[] = [];
  const journal = keepJournal("", (kept) => {
    helpers = kept.attempts;
  });
  const outcome = await mintToken(ports.helperName, helperGrant, minter, { ...ports, journal });
  if (outcome.kind !== "minted") {
    const strays = helpers.filter(mayLive).map((attempt) => ({ attempt }));
    return [...unsettled, ...strays].map((one) => withoutHelper(one, outcome));
  }

  const helper = outcome.token;
  const lostHelpers = helpers.filter(({ fate }) => fate.kind === "unknown");
  const ended = await settle([...unsettled.map(({ attempt }) => attempt), ...lostHelpers], helper, ports);
  return [...ended, ...(await endHelper(helper, ports))];
}

async function settle(attempts: Attempt[], helper: CreatedToken, ports: EndPorts): Promise<EndedToken[]> {
  const lost = attempts.filter((attempt) => idOf(attempt) === undefined).map(({ name }) => name);
  const found = lost.length > 0 ? await findByName(lost, helper, ports) : new Map<string, string>();
  const ended: EndedToken[] = [];
  for (const attempt of attempts) {
    const id = idOf(attempt) ?? (found instanceof Map ? found.get(attempt.name) : undefined);
    if (id !== undefined) ended.push({ ...told(attempt, await endById(id, helper, ports)), id });
    else if (found instanceof Map) ended.push(told(attempt, { kind: "never-existed" }));
    else ended.push(told(attempt, refused(found)));
  }
  return ended;
}

function mayLive({ fate }: Attempt): boolean {
  return fate.kind === "unknown" || fate.kind === "made";
}

function idOf({ fate }: Attempt): string | undefined {
  return fate.kind === "made" ? fate.id : undefined;
}

function told({ name, expiresAt, fate }: Attempt, end: TokenEnd): EndedToken {
  return { name, expiresAt, end, ...(fate.kind === "made" && fate.id !== undefined ? { id: fate.id } : {}) };
}

function withoutHelper({ attempt, first }: Unsettled, helper: MissingHelper): EndedToken {
  return told(attempt, { kind: "left-alive", problem: { kind: "no-helper", helper, first } });
}

/** Looks a token up before revoking it: it may be gone already, which a refusal alone cannot tell. */
async function endById(id: string, helper: CreatedToken, { api }: EndPorts): Promise<TokenEnd> {
  try {
    await getToken(api, helper.accessToken, id);
    await revokeToken(api, helper.accessToken, id);
    return { kind: "revoked" };
  } catch (error) {
    if (!(error instanceof FastlyError)) throw error;
    if (error.code === "not-found") return { kind: "already-gone" };
    return refused(error);
  }
}

/** @returns the IDs of those tokens that exist, by their names, or why they could not be listed */
async function findByName(
  names: readonly string[],
  helper: CreatedToken,
  { api, clock, deadline }: EndPorts,
): Promise<Map<string, string> | FastlyError> {
  try {
    const first = idsByName(names, await listTokensUser(api, helper.accessToken));
    if (first.size === names.length || deadline.remaining() <= secondLookMs) return first;
    await clock.wait(secondLookMs);
    return idsByName(names, await listTokensUser(api, helper.accessToken));
  } catch (error) {
    if (error instanceof FastlyError) return error;
    throw error;
  }
}

function idsByName(names: readonly string[], tokens: readonly Token[]): Map<string, string> {
  return new Map(tokens.filter(({ name }) => names.includes(name)).map(({ name, id }) => [name, id]));
}

/** A helper that cannot be ended is told of like any other token; else nobody needs to hear of it. */
async function endHelper(helper: CreatedToken, { api }: EndPorts): Promise<EndedToken[]> {
  const ending = await endToken(api, helper.accessToken);
  if (!("error" in ending)) return [];
  const { name, id } = helper;
  return [{ name, id, expiresAt: helper.expiresAt ?? "never", end: refused(ending.error) }];
}
