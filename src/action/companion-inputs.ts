import { isKey } from "../fastly/api.ts";
import type { SweepOrder } from "../token/sweep-tokens.ts";
import { isRepository, type TokenName } from "../token/token-name.ts";
import type { Access } from "../token/with-key.ts";
import * as parse from "./input-parsers.ts";
import {
  type ApiAddress,
  environment,
  type InputProblem,
  type Inputs,
  noKey,
  parseTimeout,
  readAccess,
  readApiAddress,
  reader,
  readProxy,
  readSecret,
  readTokenName,
} from "./inputs.ts";

/** What the companion actions `revoke` and `sweep` read alike. */
interface CommonInputs {
  helperName: Omit<TokenName, "serial">;
  summary: boolean;
  api: ApiAddress;
  timeoutMs: number;
}

export interface RevokeInputs extends CommonInputs {
  target: { kind: "itself"; token: string } | { kind: "by-id"; ids: string[]; access: Access };
}

export interface SweepInputs extends CommonInputs {
  order: SweepOrder;
  access: Access;
  /** An empty token lets age alone decide. */
  github: { token: string; address: ApiAddress };
  serverUrl: string;
}

export async function readRevokeInputs(): Promise<Inputs<RevokeInputs>> {
  const problems: InputProblem[] = [];
  const common = readCommon("revoke", problems);
  const target = await readTarget(problems);
  if (!target || problems.length > 0) return { kind: "invalid", problems };
  return { kind: "valid", inputs: { ...common, target } };
}

async function readTarget(problems: InputProblem[]): Promise<RevokeInputs["target"] | undefined> {
  const token = readSecret("token").trim();
  const ids = reader(problems)("token-ids", parse.parseIds) ?? [];
  if (token !== "" && ids.length > 0) {
    problems.push({ input: "token", problem: "and token-ids are both given. Allowed is one of them." });
    return undefined;
  }
  if (token !== "" && isKey(token)) return { kind: "itself", token };
  if (token !== "") {
    problems.push({ input: "token", problem: noKey });
    return undefined;
  }
  if (ids.length === 0 && problems.length === 0) {
    const problem =
      "and token-ids are both empty. Give the token itself, or the IDs of tokens with what may revoke them.";
    problems.push({ input: "token", problem });
    return undefined;
  }
  const access = await readAccess(problems);
  return access && { kind: "by-id", ids, access };
}

export async function readSweepInputs(): Promise<Inputs<SweepInputs>> {
  const problems: InputProblem[] = [];
  const read = reader(problems);
  const common = readCommon("sweep", problems);
  const access = await readAccess(problems);
  const ownRepository = environment("GITHUB_REPOSITORY");
  const [customerId] = read("customer-id", parseOneId) ?? [];
  const order: SweepOrder = {
    ownRun: common.helperName,
    repositories: read("repositories", parseRepositories(ownRepository)) ?? [],
    olderThanMs: read("older-than", parseAge) ?? 0,
    customerId,
    dryRun: read("dry-run", parse.parseBoolean) ?? true,
  };
  const inputs = {
    ...common,
    order,
    github: {
      token: readSecret("github-token").trim(),
      address: readGitHubAddress(problems),
    },
    serverUrl: environment("GITHUB_SERVER_URL") || "https://github.com",
  };
  if (!access || problems.length > 0) return { kind: "invalid", problems: onlyOnce(problems) };
  return { kind: "valid", inputs: { ...inputs, access } };
}

function readCommon(use: "revoke" | "sweep", problems: InputProblem[]): CommonInputs {
  const read = reader(problems);
  return {
    helperName: readTokenName(use, ""),
    summary: read("summary", parse.parseBoolean) ?? true,
    api: readApiAddress(problems),
    timeoutMs: read("timeout", parseTimeout) ?? 0,
  };
}

function readGitHubAddress(problems: InputProblem[]): ApiAddress {
  const parsed = parse.parseApiUrl(environment("GITHUB_API_URL") || "https://api.github.com");
  if (parsed.ok) return { apiUrl: parsed.value, proxy: readProxy(parsed.value, problems) };
  problems.push({ input: "GITHUB_API_URL", problem: `(of the environment) ${parsed.problem}` });
  return { apiUrl: "", proxy: undefined };
}

/** The way to Fastly and the way to GitHub may be barred by the same proxy. */
function onlyOnce(problems: readonly InputProblem[]): InputProblem[] {
  return [...new Map(problems.map((problem) => [problem.input, problem])).values()];
}

function parseOneId(text: string): parse.Parsed<string[]> {
  const parsed = parse.parseIds(text);
  if (!parsed.ok || parsed.value.length <= 1) return parsed;
  return { ok: false, problem: `holds ${parsed.value.length} IDs. Allowed is one.` };
}

const hour = 3_600_000;
const parseAge = parse.durationBetween(0, 365 * 24 * hour);

function parseRepositories(ownRepository: string): (text: string) => parse.Parsed<string[]> {
  return (text) => {
    const given = parse.splitList(text);
    const repositories = given.length > 0 ? given : [ownRepository];
    const odd = repositories.findIndex((repository) => repository !== "*" && !isRepository(repository));
    if (odd === -1) return { ok: true, value: repositories };
    return {
      ok: false,
      problem: `${parse.holds(repositories, odd)}, which is no repository. Allowed are owner/repo, split by spaces, commas or lines, or *.`,
    };
  };
}
