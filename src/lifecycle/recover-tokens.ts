import type { FastlyError } from "../fastly/index.ts";
import { endToken } from "./end-token.ts";
import { type EndedToken, endedToken, type NoMinter, refused, withoutHelper } from "./ended-token.ts";
import { type HelperPorts, withHelperToken } from "./helper-token.ts";
import type { Attempt } from "./journal.ts";
import type { Minter } from "./mint-token.ts";
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

/** Ends tokens that could not be ended with themselves, through a helper token of the same user. */
export async function recoverTokens(
  unsettled: readonly Unsettled[],
  ports: RecoverPorts,
): Promise<EndedToken[]> {
  const asked = await ports.minter();
  if (asked.kind !== "minter") return withoutMinter(unsettled, asked, ports);
  const attempts = unsettled.map(({ attempt }) => attempt);
  const helped = await withHelperToken(
    ports.helperName,
    asked.minter,
    ports,
    ({ accessToken }, { api, deadline }) =>
      settleAttempts(attempts, accessToken, { ...ports, api, deadline }),
  );
  if (helped.kind === "helped") return [...helped.result.map(withFirstReason), ...helped.strays];
  const alive = unsettled.map(({ attempt, first }) => withoutHelper(attempt, helped.outcome, first));
  return [...alive, ...helped.strays];

  /** Why a token could not end itself says more than why the helper could not end it either. */
  function withFirstReason(token: EndedToken): EndedToken {
    const first = unsettled.find(({ attempt }) => attempt.name === token.name)?.first;
    return first && token.end.kind === "left-alive" ? { ...token, end: refused(first) } : token;
  }
}

/** The rest of the time goes to those tokens that may still end with themselves. */
async function withoutMinter(
  unsettled: readonly Unsettled[],
  missing: NoMinter,
  { api }: RecoverPorts,
): Promise<EndedToken[]> {
  const ended: EndedToken[] = [];
  for (const { attempt, first } of unsettled) {
    const { fate } = attempt;
    const isFinal = !("accessToken" in fate) || first?.code === "forbidden";
    const ending = isFinal ? undefined : await endToken(api, fate.accessToken);
    if (ending && !("error" in ending)) ended.push(endedToken(attempt, ending));
    else ended.push(withoutHelper(attempt, missing, ending?.error ?? first));
  }
  return ended;
}
