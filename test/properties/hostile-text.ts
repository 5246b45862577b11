import fc from "fast-check";
import { wrongCommands } from "../support/runner/workflow-commands.ts";
import type { StepResult } from "../support/runner.ts";

/** What gives an injection away: no text but the hostile one holds it. */
export const marker = "pwned";

const commands = [
  `::add-mask::${marker}`,
  `::set-output name=${marker}::x`,
  `::save-state name=${marker}::x`,
  `::set-env name=${marker}::x`,
  `::error::${marker}`,
  `::stop-commands::${marker}`,
  `::add-path::${marker}`,
  `##[error]${marker}`,
  `##[set-output name=${marker};]x`,
  `##[add-mask]${marker}`,
  `${marker}<<EOF`,
  `${marker}=x`,
  "EOF",
  "ghadelimiter_",
];
const breaks = [
  "\n",
  "\r",
  "\r\n",
  "\u2028",
  "\u2029",
  "\u0085",
  "\v",
  "\f",
  "\0",
  "\u001b[2K",
  "%0A",
  "%0D%0A",
  "\t",
  " ",
  "",
];

/** Texts that would be commands or outputs, if anything let them begin a line. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...commands),
      fc.constantFrom(...breaks),
      fc.string({ unit: "binary", maxLength: 8 }),
    ),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((pieces) => pieces.join("").replaceAll("\0", ""));

/** Nothing that a hostile text asked for may have happened. */
export function expectNothingInjected(
  step: StepResult,
  outputs: readonly string[],
  env: readonly string[] = [],
): void {
  expect(step.unknownCommands).toEqual([]);
  expect(wrongCommands(step.commands)).toEqual([]);
  const injected = step.commands.filter(({ name, data }) => name !== "add-mask" && data.startsWith(marker));
  expect(injected).toEqual([]);
  for (const { message } of step.annotations) expect(message).not.toMatch(/Unable to process file command/);
  expect(Object.keys(step.outputs).filter((name) => !outputs.includes(name))).toEqual([]);
  expect(Object.keys(step.state).filter((name) => name !== "journal")).toEqual([]);
  expect(Object.keys(step.env).filter((name) => !env.includes(name))).toEqual([]);
  expect(step.path).toEqual([]);
}

export const outputNames = [
  "token",
  "token-id",
  "name",
  "scope",
  "services",
  "expires-at",
  "user-id",
  "customer-id",
  "audit",
];
