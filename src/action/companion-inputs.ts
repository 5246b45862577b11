import type { SweepOrder } from "../token/sweep-tokens.ts";
import { isRepository, type TokenName } from "../token/token-name.ts";
import type { Access } from "../token/with-key.ts";
import { judgeKey, readAccess, readSecret } from "./inputs/credentials.ts";
import { environment } from "./inputs/environment.ts";
import { idsOf } from "./inputs/grant.ts";
import {
  bad,
  good,
  type InputProblem,
  type Inputs,
  invalid,
  mapInputs,
  type Parsed,
  type Parser,
  read,
  together,
  valid,
} from "./inputs/input.ts";
import { type ApiAddress, parseTimeout, readApiAddress, readGitHubAddress } from "./inputs/network.ts";
import { readTokenName } from "./inputs/run.ts";
import { describeItem, splitList } from "./inputs/slips.ts";
import { durationBetween, hour, parseBoolean } from "./inputs/values.ts";

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
  const parts = together<{ common: CommonInputs; target: RevokeInputs["target"] }>({
    common: readCommon("revoke"),
    target: await readTarget(),
  });
  return mapInputs(parts, ({ common, target }) => ({ ...common, target }));
}

async function readTarget(): Promise<Inputs<RevokeInputs["target"]>> {
  const token = readSecret("token").trim();
  const ids = read("token-ids", idsOf("a token ID"));
  if (ids.kind === "invalid") return ids;
  if (token !== "" && ids.inputs.length > 0) {
    return invalid("token", "and token-ids are both given. Allowed is one of them.");
  }
  if (token !== "") {
    return mapInputs(judgeKey("token", token), (judged) => ({ kind: "itself", token: judged }));
  }
  if (ids.inputs.length === 0) {
    const problem =
      "and token-ids are both empty. Give the token itself, or the IDs of tokens with what may revoke them.";
    return invalid("token", problem);
  }
  return mapInputs(await readAccess(), (access) => ({ kind: "by-id", ids: ids.inputs, access }));
}

export async function readSweepInputs(): Promise<Inputs<SweepInputs>> {
  const parts = together<{
    common: CommonInputs;
    access: Access;
    repositories: string[];
    olderThanMs: number;
    customerId: string | undefined;
    dryRun: boolean;
    address: ApiAddress;
  }>({
    common: readCommon("sweep"),
    access: await readAccess(),
    repositories: read("repositories", parseRepositories(environment("GITHUB_REPOSITORY"))),
    olderThanMs: read("older-than", durationBetween(0, 365 * 24 * hour)),
    customerId: read("customer-id", parseOneId),
    dryRun: read("dry-run", parseBoolean),
    address: readGitHubAddress(),
  });
  const token = readSecret("github-token").trim();
  if (parts.kind === "invalid") return { kind: "invalid", problems: onlyOnce(parts.problems) };
  const { common, access, address, ...order } = parts.inputs;
  return valid({
    ...common,
    access,
    order: { ...order, ownRun: common.helperName },
    github: { token, address },
    serverUrl: environment("GITHUB_SERVER_URL") || "https://github.com",
  });
}

function readCommon(use: "revoke" | "sweep"): Inputs<CommonInputs> {
  return together<CommonInputs>({
    helperName: valid(readTokenName(use, "")),
    summary: read("summary", parseBoolean),
    api: readApiAddress(),
    timeoutMs: read("timeout", parseTimeout),
  });
}

/** The way to Fastly and the way to GitHub may be barred by the same proxy. */
function onlyOnce(problems: readonly InputProblem[]): InputProblem[] {
  return [...new Map(problems.map((problem) => [problem.input, problem])).values()];
}

function parseOneId(text: string): Parsed<string | undefined> {
  const parsed = idsOf("a customer ID")(text);
  if (!parsed.ok) return parsed;
  const [id, ...more] = parsed.value;
  return more.length === 0 ? good(id) : bad(`holds ${parsed.value.length} IDs. Allowed is one.`);
}

function parseRepositories(ownRepository: string): Parser<string[]> {
  return (text) => {
    const given = splitList(text);
    const repositories = given.length > 0 ? given : [ownRepository];
    const wrong = repositories.findIndex((repository) => repository !== "*" && !isRepository(repository));
    if (wrong === -1) return good(repositories);
    return bad(
      `${describeItem(repositories, wrong)} is not a repository. Allowed are owner/repo, separated by spaces, or *.`,
    );
  };
}
