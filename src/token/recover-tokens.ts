import { deadlineIn, type FastlyApi } from "../fastly/index.ts";
import { errorOf, type Recover, type Unsettled } from "./end-job-tokens.ts";
import { type HelperPorts, withHelperToken } from "./helper-token.ts";
import type { Credentials } from "./minting.ts";
import { revokeSelf } from "./revoke-self.ts";
import { settleAttempts } from "./settle-attempts.ts";
import type { TokenName } from "./token-name.ts";
import {
  idOf,
  isLeft,
  type MissingHelper,
  type NoCredentials,
  reportOf,
  type TokenReport,
} from "./token-status.ts";

/** Called only when a helper token is needed. */
export type AskCredentials = () => Promise<{ kind: "credentials"; credentials: Credentials } | NoCredentials>;

/**
 * Ends tokens through a helper token of the same user. What time that leaves goes to those that may still end
 * with themselves.
 *
 * @param helperName what a helper token is called
 */
export function recoverWithHelper(
  helperName: Omit<TokenName, "serial">,
  askCredentials: AskCredentials,
  ports: Omit<HelperPorts, "api">,
): Recover {
  return async (unsettled, api) => {
    const reports: TokenReport[] = [];
    for (const report of await throughHelper(unsettled, helperName, askCredentials, { ...ports, api })) {
      const one = unsettled.find(({ attempt }) => attempt.name === report.name);
      reports.push(one && isLeft(report.status) ? await persist(report, one, api) : report);
    }
    return reports;
  };
}

async function throughHelper(
  unsettled: readonly Unsettled[],
  helperName: Omit<TokenName, "serial">,
  askCredentials: AskCredentials,
  ports: HelperPorts,
): Promise<TokenReport[]> {
  const asked = await askCredentials();
  if (asked.kind !== "credentials") return unsettled.map((one) => withoutHelper(one, asked));
  const attempts = unsettled.map(({ attempt }) => attempt);
  const { api } = ports;
  // A token that may still revoke itself must not wait for room, or for a failing API, until no time is left.
  const deadline = unsettled.some(mayEndWithItself)
    ? deadlineIn(api.deadline.remaining() / 2, api.clock)
    : api.deadline;
  const helped = await withHelperToken(
    helperName,
    asked.credentials,
    { ...ports, api: api.with({ deadline }) },
    (helper, workApi) => settleAttempts(attempts, helper, workApi),
  );
  if (helped.kind === "helped") return [...helped.result, ...helped.leftovers];
  return [...unsettled.map((one) => withoutHelper(one, helped.outcome)), ...helped.leftovers];
}

function withoutHelper({ attempt, bySelf }: Unsettled, helper: MissingHelper): TokenReport {
  const kind = bySelf?.kind === "still-alive" ? "still-alive" : "unknown";
  return reportOf(attempt, { kind, problem: { kind: "no-helper", helper, selfError: errorOf(bySelf) } });
}

/** After a 403, trying again does not help. */
function mayEndWithItself({ attempt, bySelf }: Unsettled): boolean {
  return "accessToken" in attempt.status && errorOf(bySelf)?.code !== "forbidden";
}

/** If it fails again, the reason of the self-revocation says more than the reason of the helper's. */
async function persist(report: TokenReport, one: Unsettled, api: FastlyApi): Promise<TokenReport> {
  const { attempt, bySelf } = one;
  if (!("accessToken" in attempt.status) || !bySelf || !mayEndWithItself(one)) return report;
  const status = await revokeSelf(api, attempt.status.accessToken, {
    askedAt: attempt.askedAt,
    id: idOf(attempt),
  });
  if (!isLeft(status)) return { ...report, status };
  const isWithoutHelper = "problem" in report.status && report.status.problem.kind === "no-helper";
  return isWithoutHelper ? report : { ...report, status: bySelf };
}
