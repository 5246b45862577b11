import { isKey } from "../fastly/shapes.ts";
import type { SweepOrder } from "../token/sweep-tokens.ts";
import { isRepository, isServer, type TokenName } from "../token/token-name.ts";
import type { KeySource } from "../token/with-key.ts";
import { type BrokerRoute, hasBroker, readKeyFromBroker } from "./inputs/broker.ts";
import { judgeCredentials, judgeKey, readCredentials, readSecret, secretSlip } from "./inputs/credentials.ts";
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
  textOf,
  together,
  valid,
} from "./inputs/input.ts";
import { type ApiAddress, readApiAddress, readGitHubAddress } from "./inputs/network.ts";
import { readTokenName } from "./inputs/run.ts";
import { readSummary, readTimeout } from "./inputs/settings.ts";
import { describeItem, listSlip, splitList } from "./inputs/slips.ts";
import { durationBetween, hour, parseBoolean } from "./inputs/values.ts";

/** What the companion actions `revoke` and `sweep` read alike. */
interface CommonInputs {
  helperName: Omit<TokenName, "serial">;
  summary: boolean;
  api: ApiAddress;
  timeoutMs: number;
}

export interface RevokeInputs extends CommonInputs {
  target: { kind: "itself"; token: string } | { kind: "by-id"; ids: string[]; keySource: KeySource };
}

export interface SweepInputs extends CommonInputs {
  order: SweepOrder;
  keySource: KeySource;
  github: GitHubInputs;
  /** Where the pages of runs are. */
  serverUrl: string;
}

/** What says that a run is over. */
export type GitHubInputs =
  /** GitHub's response, which takes precedence over `trustAge`. */
  | { kind: "ask"; token: string; address: ApiAddress; trustAge: boolean }
  /** The age of its tokens alone. */
  | { kind: "trust-age" };

export async function readRevokeInputs(): Promise<Inputs<RevokeInputs>> {
  const parts = together<{ common: CommonInputs; target: RevokeInputs["target"] }>({
    common: readCommon("revoke"),
    target: await readTarget(),
  });
  return mapInputs(parts, ({ common, target }) => ({ ...common, target }));
}

async function readTarget(): Promise<Inputs<RevokeInputs["target"]>> {
  const token = readSecret("token").trim();
  const given = textOf("token-ids");
  if (token !== "" && given !== "") {
    return invalid("token", "and token-ids are both set. Set only one of them.");
  }
  if (token !== "") {
    return mapInputs(judgeKey("token", token), (judged) => ({ kind: "itself", token: judged }));
  }
  const ids = read("token-ids", parseTokenIds);
  if (ids.kind === "valid" && ids.inputs.length === 0) {
    const problem =
      "and token-ids are both empty. GitHub does not pass masked outputs to other jobs. For a token from another job, pass its token-id in token-ids, with a broker or credentials that can revoke it.";
    return invalid("token", problem);
  }
  return together<{ kind: "by-id"; ids: string[]; keySource: KeySource }>({
    kind: valid("by-id"),
    ids,
    keySource: await readKeySourceForIds(),
  });
}

async function readKeySourceForIds(): Promise<Inputs<KeySource>> {
  const keySource = await readKeySource();
  const hasNone = ["username", "password", "api-key"].every((input) => textOf(input) === "");
  if (keySource.kind === "valid" || hasBroker() || !hasNone) return keySource;
  const problem =
    "is set without credentials. Revoking by ID needs a broker, username and password, or an api-key. A token in the input token revokes itself without them.";
  return { kind: "invalid", problems: [{ input: "token-ids", problem }, ...keySource.problems] };
}

/** What the companion actions act with: a key as it is, or credentials or a broker that make a helper token. */
async function readKeySource(): Promise<Inputs<KeySource>> {
  if (hasBroker()) return mapInputs(readKeyFromBroker(), keyThrough);
  const key = readSecret("api-key").trim();
  const credentials = readCredentials();
  if (key === "") {
    return mapInputs(
      await judgeCredentials(credentials),
      (credentials): KeySource => ({ kind: "mint", credentials }),
    );
  }
  return mapInputs(judgeKey("api-key", key), (judged): KeySource => ({ kind: "key", key: judged }));
}

function keyThrough(route: BrokerRoute): KeySource {
  return {
    kind: "obtain",
    obtain: (name) => async (api) => {
      // Loaded only for jobs that use a broker.
      const { helperThroughBroker } = await import("./broker/helper-through-broker.ts");
      return helperThroughBroker(route, name)(api);
    },
  };
}

/** IDs are large numbers written with 62 digits: nearly all have 22 of them. A token itself has 32 characters. */
const longestId = 24;

function parseTokenIds(text: string): Parsed<string[]> {
  const items = splitList(text);
  const long = items.findIndex((item) => item.length > longestId && /^[\w-]+$/.test(item));
  if (long === -1) return idsOf("a token ID")(text);
  return bad(
    `is not a token ID: ${describeItem(items, long)} is too long. An ID has 22 letters and digits. Pass a token itself in the input token.`,
  );
}

export async function readSweepInputs(): Promise<Inputs<SweepInputs>> {
  const parts = together<{
    common: CommonInputs;
    keySource: KeySource;
    repositories: string[];
    olderThanMs: number;
    customerId: string | undefined;
    dryRun: boolean;
    github: GitHubInputs;
    serverUrl: string;
  }>({
    common: readCommon("sweep"),
    keySource: await readKeySource(),
    repositories: read("repositories", parseRepositories(environment("GITHUB_REPOSITORY"))),
    olderThanMs: read("older-than", durationBetween(0, 365 * 24 * hour), "1h"),
    customerId: read("customer-id", parseOneId),
    dryRun: read("dry-run", parseBoolean, "false"),
    github: readGitHub(),
    serverUrl: readServerUrl(),
  });
  if (parts.kind === "invalid") return { kind: "invalid", problems: onlyOnce(parts.problems) };
  const { common, keySource, github, serverUrl, ...order } = parts.inputs;
  return valid({ ...common, keySource, github, serverUrl, order: { ...order, ownRun: common.helperName } });
}

function readGitHub(): Inputs<GitHubInputs> {
  const token = readSecret("github-token").trim();
  const trustAge = read("trust-age", parseBoolean, "false");
  if (trustAge.kind === "invalid") return trustAge;
  if (token === "")
    return trustAge.inputs ? valid({ kind: "trust-age" }) : invalid("github-token", noGitHubToken);
  const slip = secretSlip(token);
  if (slip !== undefined) return invalid("github-token", slip);
  if (!isKey(token))
    return invalid(
      "github-token",
      "is not a GitHub token. A token consists of printable characters without spaces.",
    );
  return mapInputs(readGitHubAddress(), (address) => ({
    kind: "ask",
    token,
    address,
    trustAge: trustAge.inputs,
  }));
}

const noGitHubToken = [
  "is empty, so GitHub cannot be asked which runs are over.",
  "If the value comes from a secret, check the secret's name, and that the job names the secret's environment with environment:. Workflows triggered by a fork or by Dependabot do not get secrets.",
  "Leave the input out to use the workflow's own token, with permissions: actions: read.",
  "To let age alone decide, set trust-age: true; tokens of jobs that are still running are then revoked as well.",
].join(" ");

/** The GitHub server that this run is on. It has no default: runs on another server have the same numbers. */
function readServerUrl(): Inputs<string> {
  const url = URL.parse(environment("GITHUB_SERVER_URL"));
  if (url && /^https?:$/.test(url.protocol) && isServer(url.host))
    return valid(`${url.origin}${url.pathname}`.replace(/\/+$/, ""));
  return invalid(
    "GITHUB_SERVER_URL",
    "is not the URL of a GitHub server, so the sweep cannot tell which server has the runs. GitHub's runner sets it; check that nothing in the workflow changes it.",
  );
}

function readCommon(use: "revoke" | "sweep"): Inputs<CommonInputs> {
  return together<CommonInputs>({
    helperName: valid(readTokenName(use, "")),
    summary: readSummary(),
    api: readApiAddress(),
    timeoutMs: readTimeout(),
  });
}

/** The same proxy may be in the way to Fastly and to GitHub. */
function onlyOnce(problems: readonly InputProblem[]): InputProblem[] {
  return [...new Map(problems.map((problem) => [problem.input, problem])).values()];
}

function parseOneId(text: string): Parsed<string | undefined> {
  const parsed = idsOf("a customer ID")(text);
  if (!parsed.ok) return parsed;
  const [id, ...more] = parsed.value;
  return more.length === 0 ? good(id) : bad(`contains ${parsed.value.length} IDs. Use only one.`);
}

/** GitHub lets no repository end in `.git`: that is the end of its URL. */
function isRepositoryName(text: string): boolean {
  return isRepository(text) && !/\.git$/i.test(text);
}

function parseRepositories(ownRepository: string): Parser<string[]> {
  return (text) => {
    const given = splitList(text);
    const repositories = given.length > 0 ? given : [ownRepository];
    const wrong = repositories.findIndex((repository) => repository !== "*" && !isRepositoryName(repository));
    if (wrong === -1) return good(repositories);
    const what = listSlip(text) ?? `is not valid: ${describeItem(repositories, wrong)} is not a repository.`;
    return bad(`${what} Use owner/repo, separated by spaces, or * for all.`);
  };
}
