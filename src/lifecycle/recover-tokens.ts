import type { FastlyError } from "../fastly/index.ts";
import { type EndedToken, type NoMinter, withoutHelper } from "./ended-token.ts";
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
  if (asked.kind !== "minter") {
    return unsettled.map(({ attempt, first }) => withoutHelper(attempt, asked, first));
  }
  const attempts = unsettled.map(({ attempt }) => attempt);
  const helped = await withHelperToken(ports.helperName, asked.minter, ports, ({ accessToken }) =>
    settleAttempts(attempts, accessToken, ports),
  );
  if (helped.kind === "helped") return [...helped.result, ...helped.strays];
  const alive = unsettled.map(({ attempt, first }) => withoutHelper(attempt, helped.outcome, first));
  return [...alive, ...helped.strays];
}
