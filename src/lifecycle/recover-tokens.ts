import type { FastlyError } from "../fastly/index.ts";
import { type EndedToken, withoutHelper } from "./ended-token.ts";
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
  /** Asked for only when a helper token is needed; undefined where there is nothing to make one with. */
  minter: () => Promise<Minter | undefined>;
  /** What a helper token is called. */
  helperName: Omit<TokenName, "serial">;
}

/** Ends tokens that could not be ended with themselves, through a helper token of the same user. */
export async function recoverTokens(
  unsettled: readonly Unsettled[],
  ports: RecoverPorts,
): Promise<EndedToken[]> {
  const minter = await ports.minter();
  if (!minter)
    return unsettled.map(({ attempt, first }) => withoutHelper(attempt, { kind: "no-credentials" }, first));

  const attempts = unsettled.map(({ attempt }) => attempt);
  const helped = await withHelperToken(ports.helperName, minter, ports, ({ accessToken }) =>
    settleAttempts(attempts, accessToken, ports),
  );
  if (helped.kind === "helped") return [...helped.result, ...helped.strays];
  const alive = unsettled.map(({ attempt, first }) => withoutHelper(attempt, helped.outcome, first));
  return [...alive, ...helped.strays];
}
