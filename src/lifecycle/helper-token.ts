import type { CreatedToken, FastlyApi } from "../fastly/index.ts";
import { endToken } from "./end-token.ts";
import { type EndedToken, type EndProblem, type NotMinted, refused, withoutHelper } from "./ended-token.ts";
import { type Attempt, keepJournal } from "./journal.ts";
import { type Minter, type MintPorts, mintToken } from "./mint-token.ts";
import type { Grant } from "./mismatch.ts";
import { endById, settleAttempts } from "./settle-attempts.ts";
import type { TokenName } from "./token-name.ts";

/** What a token needs to list and revoke others (assumed), for a few requests' time. */
const helperGrant: Grant = { scopes: ["global"], services: [], lifetimeMs: 120_000 };

export type HelperPorts = Omit<MintPorts, "journal">;

export type Helped<T> =
  /** The work was done; `strays` are helper tokens that could not be ended, and die by themselves soon. */
  | { kind: "helped"; result: T; strays: EndedToken[] }
  | { kind: "no-helper"; outcome: NotMinted; strays: EndedToken[] };

/** Mints a helper token that lives for two minutes, works with it, and ends it, also when the work fails. */
export async function withHelperToken<T>(
  name: Omit<TokenName, "serial">,
  minter: Minter,
  ports: HelperPorts,
  work: (helper: CreatedToken) => Promise<T>,
): Promise<Helped<T>> {
  let tries: Attempt[] = [];
  const journal = keepJournal("", (kept) => {
    tries = kept.attempts;
  });
  const outcome = await mintToken(name, helperGrant, minter, { ...ports, journal });
  if (outcome.kind !== "minted") {
    return {
      kind: "no-helper",
      outcome,
      strays: tries.filter(mayLive).map((attempt) => withoutHelper(attempt, outcome)),
    };
  }
  const helper = outcome.token;
  const strays: EndedToken[] = [];
  try {
    const result = await work(helper);
    const others = tries.filter(({ name }) => name !== outcome.name).filter(mayLive);
    const settled = await settleAttempts(others, helper.accessToken, ports);
    strays.push(...settled.filter(({ end }) => end.kind === "left-alive"));
    return { kind: "helped", result, strays };
  } finally {
    strays.push(...(await endHelper(helper, ports.api)));
  }
}

function mayLive({ fate }: Attempt): boolean {
  return fate.kind === "unknown" || fate.kind === "made";
}

async function endHelper(helper: CreatedToken, api: FastlyApi): Promise<EndedToken[]> {
  const { name, id, accessToken, expiresAt } = helper;
  const ending = await endToken(api, accessToken);
  if (ending.kind === "revoked" || ending.kind === "already-gone") return [];
  // A helper may read and revoke others (that is what it is for), so where "self" proves nothing, its ID does.
  const end = ending.kind === "ambiguous" ? await endById(id, accessToken, api) : refused(ending.error);
  if (end.kind !== "left-alive" || isTurnedAway(end.problem)) return [];
  return [{ name, id, expiresAt: expiresAt ?? "never", end }];
}

/** A helper that may not even read itself any more is dead. */
function isTurnedAway(problem: EndProblem): boolean {
  return problem.kind === "refused" && ["unauthorized", "forbidden"].includes(problem.error.code);
}
