import type { FastlyError } from "../fastly/index.ts";
import { endToken, halfOf } from "./end-token.ts";
import { type EndedToken, type NoMinter, refused, withoutHelper } from "./ended-token.ts";
import { type HelperPorts, withHelperToken } from "./helper-token.ts";
import type { Attempt } from "./journal.ts";
import type { Minter } from "./minting.ts";
import { settleAttempts } from "./settle-attempts.ts";
import type { TokenName } from "./token-name.ts";

/** A token that is not known to have ended. */
export interface Unsettled {
  attempt: Attempt;
  /** Why revoking it with itself did not settle it; undefined where its answer was lost. */
  first?: FastlyError;
}

export interface RecoverPorts extends HelperPorts {
  /** Asked for only when a helper token is needed. */
  minter: () => Promise<{ kind: "minter"; minter: Minter } | NoMinter>;
  /** What a helper token is called. */
  helperName: Omit<TokenName, "serial">;
}

/**
 * Ends tokens that could not be ended with themselves, through a helper token of the same user. What time that
 * leaves goes to those that may still end with themselves.
 */
export async function recoverTokens(
  unsettled: readonly Unsettled[],
  ports: RecoverPorts,
): Promise<EndedToken[]> {
  const ended: EndedToken[] = [];
  for (const token of await throughHelper(unsettled, ports)) {
    const one = unsettled.find(({ attempt }) => attempt.name === token.name);
    ended.push(one && token.end.kind === "left-alive" ? await persist(token, one, ports) : token);
  }
  return ended;
}

async function throughHelper(unsettled: readonly Unsettled[], ports: RecoverPorts): Promise<EndedToken[]> {
  const asked = await ports.minter();
  if (asked.kind !== "minter") {
    return unsettled.map(({ attempt, first }) => withoutHelper(attempt, asked, first));
  }
  const attempts = unsettled.map(({ attempt }) => attempt);
  // A token that may still end with itself must not wait for room, or for an API in trouble, until nothing is left.
  const deadline = unsettled.some(mayEndWithItself) ? halfOf(ports.deadline, ports.clock) : ports.deadline;
  const helped = await withHelperToken(
    ports.helperName,
    asked.minter,
    { ...ports, deadline },
    (helper, work) => settleAttempts(attempts, helper.accessToken, { ...ports, ...work }),
  );
  if (helped.kind === "helped") return [...helped.result, ...helped.strays];
  const alive = unsettled.map(({ attempt, first }) => withoutHelper(attempt, helped.outcome, first));
  return [...alive, ...helped.strays];
}

/** After a 403 it will not, however often it is tried. */
function mayEndWithItself({ attempt, first }: Unsettled): boolean {
  return "accessToken" in attempt.fate && first?.code !== "forbidden";
}

/** Where it fails once more, why the token could not end itself says more than why the helper could not end it. */
async function persist(token: EndedToken, one: Unsettled, { api }: RecoverPorts): Promise<EndedToken> {
  const { first, attempt } = one;
  if (!("accessToken" in attempt.fate) || !first) return token;
  const ending = mayEndWithItself(one) ? await endToken(api, attempt.fate.accessToken) : undefined;
  if (ending && !("error" in ending)) return { ...token, end: ending };
  const isTold = token.end.kind === "left-alive" && token.end.problem.kind === "no-helper";
  // A 403 proved nothing: why the helper failed says more then.
  return isTold || first.code === "forbidden" ? token : { ...token, end: refused(first) };
}
