import { type Action, messagesOf, type User } from "./action.ts";
import { requestLine } from "./request-line.ts";
import { wrongCommands } from "./runner/workflow-commands.ts";
import { type JobOptions, type RunningStep, type StepResult, startJob } from "./runner.ts";

export type CompanionName = "revoke" | "sweep";

export type CompanionStep = StepResult & {
  /** What it asked of Fastly, as `DELETE /tokens 204`; `-` where no complete response left. */
  requests: string[];
  /** The text of its errors and of its warnings. */
  errors: string[];
  warnings: string[];
};

export type CompanionOptions = Omit<JobOptions, "action"> & {
  /** What must not show, beside the password and the two-factor secret of the user. */
  hidden?: readonly string[];
  /** What happens to the step while it runs. */
  meanwhile?: (step: RunningStep) => Promise<void>;
};

/**
 * Runs a companion action as a step of a job of its own. Whatever it was for, no secret of it may stand in what it
 * showed, and no command that the runner has long disabled.
 */
export async function runCompanion(
  name: CompanionName,
  { emulator }: Pick<Action, "emulator">,
  user: User,
  { hidden = [], meanwhile, ...options }: CompanionOptions = {},
): Promise<CompanionStep> {
  const before = await emulator.lastRequest();
  const job = await startJob({
    ...options,
    action: `${name}/action.yml`,
    inputs: { "api-url": emulator.url, ...options.inputs },
  });
  try {
    const running = await job.start("main");
    await meanwhile?.(running);
    const step = await running.done;
    const secrets = [user.password, user.totpSecret, options.githubToken, ...hidden];
    expect(job.leaks(secrets.filter((secret) => secret !== undefined))).toEqual([]);
    expect(step.unknownCommands).toEqual([]);
    expect(wrongCommands(step.commands)).toEqual([]);
    return {
      ...step,
      requests: (await emulator.requests(before)).map(requestLine),
      errors: messagesOf(step, "error"),
      warnings: messagesOf(step, "warning"),
    };
  } finally {
    await job.end();
  }
}

/** The inputs with which a companion acts for a user. */
export function credentials({ username, password, totpSecret }: User): Record<string, string> {
  return { username, password, ...(totpSecret === undefined ? {} : { "totp-secret": totpSecret }) };
}

/** The cells of the tables in a summary, row by row, as they stand. */
export function rowsOf(summary: string): string[][] {
  const rows = summary.matchAll(/<tr>(.*?)<\/tr>/g);
  return [...rows].map(([, row = ""]) =>
    [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell = ""]) => cell),
  );
}
