import type { Credentials } from "../../token/minting.ts";
import type { Grant } from "../../token/mismatch.ts";
import type { TokenName } from "../../token/token-name.ts";
import { type BrokerInputs, hasBroker, readBrokerInputs } from "./broker.ts";
import { type GivenCredentials, judgeCredentials } from "./credentials.ts";
import { environment } from "./environment.ts";
import { parseVariableNames } from "./export-env.ts";
import { parseLabel, readGrant } from "./grant.ts";
import { type InputProblem, type Inputs, mapInputs, read, textOf, together, valid } from "./input.ts";
import { type ApiAddress, readApiAddress } from "./network.ts";
import { readTokenName } from "./run.ts";
import { readSettings, type Settings } from "./settings.ts";

/** Who makes the token: a Fastly user, by username and password, or a token broker. */
export type TokenSource =
  | { kind: "user"; credentials: Credentials; grant: Grant }
  | ({ kind: "broker" } & BrokerInputs);

export interface MainInputs {
  source: TokenSource;
  tokenName: Omit<TokenName, "serial">;
  exportEnv: string[];
  settings: Settings;
  api: ApiAddress;
}

/** Checks every input of main before anything is sent. */
export async function readMainInputs(given: GivenCredentials): Promise<Inputs<MainInputs>> {
  const readings = {
    source: await readSource(given),
    tokenName: mapInputs(read("label", parseLabel), (label) => readTokenName("job", label)),
    exportEnv: read("export-env", parseVariableNames),
    api: readApiAddress(),
    settings: readSettings(),
    files: requireFiles(textOf("export-env") === "" ? [] : ["GITHUB_ENV"]),
  };
  return together<MainInputs & { files: undefined }>(readings);
}

async function readSource(given: GivenCredentials): Promise<Inputs<TokenSource>> {
  if (hasBroker()) return mapInputs(readBrokerInputs(), (inputs) => ({ kind: "broker", ...inputs }));
  const readings = { credentials: await judgeCredentials(given), grant: readGrant() };
  return mapInputs(together<{ credentials: Credentials; grant: Grant }>(readings), (inputs) => ({
    kind: "user",
    ...inputs,
  }));
}

/** Without these @actions/core prints state and outputs to the log instead, the token among them. */
function requireFiles(more: readonly string[]): Inputs<undefined> {
  const missing = ["GITHUB_STATE", "GITHUB_OUTPUT", ...more].filter((file) => environment(file) === "");
  const problem = "is not set. This action needs GitHub's runner, or a compatible one.";
  const problems = missing.map((input): InputProblem => ({ input, problem }));
  return problems.length > 0 ? { kind: "invalid", problems } : valid(undefined);
}

/** What was said by inputs that this action no longer has: the runner itself warns, and hands them on. */
export function formerInputs(): string[] {
  return Object.keys(replacements).filter((input) => textOf(input) !== "");
}

export const replacements: Readonly<Record<string, string>> = {
  name: "Set the input label instead; the output name is the token's full name.",
  otp: "Set totp-secret to the user's two-factor secret instead: a one-time password expires before the job starts.",
  "api-key": "Remove it: username and password are enough.",
};
