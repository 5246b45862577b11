import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import * as core from "@actions/core";
import { getProxyForUrl } from "proxy-from-env";
import { isKey } from "../fastly/api.ts";
import { basicForm } from "../text/secret-forms.ts";
import type { Minter } from "../token/minting.ts";
import type { Grant } from "../token/mismatch.ts";
import { type Passcodes, passcodesFrom } from "../token/passcodes.ts";
import type { RecoverPorts } from "../token/recover-tokens.ts";
import { isRepository, isServer, type TokenName, type TokenUse, unknownRun } from "../token/token-name.ts";
import type { Access } from "../token/with-key.ts";
import * as parse from "./input-parsers.ts";
import { hide } from "./log.ts";

/* The only module that reads inputs and the environment. */

/** One input that cannot be used: which, and what is wrong with it and allowed instead. */
export interface InputProblem {
  input: string;
  problem: string;
}

/** Where Fastly's API is, and how to get there. */
export interface ApiAddress {
  apiUrl: string;
  proxy: string | undefined;
}

export type Inputs<T> = { kind: "valid"; inputs: T } | { kind: "invalid"; problems: InputProblem[] };

export interface MainInputs {
  minter: Minter;
  grant: Grant;
  tokenName: Omit<TokenName, "serial">;
  exportEnv: string[];
  summary: boolean;
  api: ApiAddress;
  timeoutMs: number;
}

/** What post needs; what is wrong with it main has told already, so that post takes the defaults then. */
export interface PostInputs {
  minter: RecoverPorts["minter"];
  helperName: Omit<TokenName, "serial">;
  revoke: boolean;
  failOnRevokeError: boolean;
  summary: boolean;
  timeoutMs: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

export const parseTimeout = parse.durationBetween(second, 10 * minute);
const parseLifetime = parse.durationBetween(minute, 24 * hour);

/** The defaults of action.yml once more, for a runner that leaves an input out; a test compares the two. */
export const defaults = {
  "expires-in": "1h",
  revoke: "true",
  "fail-on-revoke-error": "false",
  summary: "true",
  "api-url": "https://api.fastly.com",
  timeout: "60s",
  "older-than": "1h",
  "dry-run": "false",
} as const;

/** Reads and masks the inputs of main, and checks every one of them before anything is sent. */
export async function readMainInputs(): Promise<Inputs<MainInputs>> {
  const problems: InputProblem[] = [];
  const read = reader(problems);
  const minter = await readMinter(problems);
  const tokenName = readTokenName("job", read("name", parse.parseLabel) ?? "");
  const inputs = {
    tokenName,
    grant: {
      scopes: read("scope", parse.parseScopes) ?? [],
      services: read("services", parse.parseIds) ?? [],
      lifetimeMs: read("expires-in", parseLifetime) ?? 0,
    },
    exportEnv: read("export-env", parse.parseVariableNames) ?? [],
    summary: read("summary", parse.parseBoolean) ?? true,
    api: readApiAddress(problems),
    timeoutMs: read("timeout", parseTimeout) ?? 0,
  };
  read("revoke", parse.parseBoolean);
  read("fail-on-revoke-error", parse.parseBoolean);
  problems.push(...missingFiles(inputs.exportEnv.length > 0));
  if (!minter || problems.length > 0) return { kind: "invalid", problems };
  return { kind: "valid", inputs: { ...inputs, minter } };
}

export function readApiAddress(problems: InputProblem[]): ApiAddress {
  const apiUrl = reader(problems)("api-url", parse.parseApiUrl) ?? "";
  return { apiUrl, proxy: readProxy(apiUrl, problems) };
}

/** The proxy that the environment names for a URL. Plain http goes to loopback alone, which needs none. */
export function readProxy(apiUrl: string, problems: InputProblem[]): string | undefined {
  const named = firstOf("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
  const target = URL.parse(apiUrl);
  if (named === "" || target?.protocol !== "https:" || isExempt(target)) return undefined;
  const proxy = URL.parse(named.includes("://") ? named : `http://${named}`);
  const credentials = proxy && /^https?:$/.test(proxy.protocol) ? decodedCredentials(proxy) : undefined;
  if (!proxy || !credentials) {
    const problem =
      "(of the environment) is no URL of a proxy. Allowed is http://host:port, also with user:password@, where a % is written %25.";
    problems.push({ input: "HTTPS_PROXY", problem });
    return undefined;
  }
  const { username, password } = credentials;
  // A token may stand in either place.
  const secrets = [proxy.username, proxy.password, username, password];
  if (username + password !== "")
    for (const secret of [...secrets, basicForm(username, password)]) hide(secret);
  return proxy.href;
}

function decodedCredentials({ username, password }: URL): { username: string; password: string } | undefined {
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    // A lone % : the caller says how to write it.
    return undefined;
  }
}

/** Whether NO_PROXY names a host, or a domain that it belongs to. */
function isExempt({ hostname, port }: URL): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "");
  if (bare !== hostname && parse.splitList(firstOf("no_proxy", "NO_PROXY")).includes(bare)) return true;
  const labels = isIP(bare) ? [hostname] : hostname.split(".");
  const domains = labels.map((_label, index) => labels.slice(index).join("."));
  return domains.some((domain) => getProxyForUrl(`https://${domain}:${port || "443"}`) === "");
}

function firstOf(...names: string[]): string {
  return names.map(environment).find((value) => value !== "") ?? "";
}

/** Reads the inputs of post, which must do its work even where one of them makes no sense. */
export function readPostInputs(): PostInputs {
  const read = reader([]);
  return {
    minter: readMinterAgain,
    helperName: readTokenName("recovery", ""),
    revoke: read("revoke", parse.parseBoolean) ?? true,
    failOnRevokeError: read("fail-on-revoke-error", parse.parseBoolean) ?? false,
    summary: read("summary", parse.parseBoolean) ?? true,
    timeoutMs: read("timeout", parseTimeout) ?? minute,
  };
}

/** Whether the runner offers a file for job summaries. */
export function hasSummaryFile(): boolean {
  return environment("GITHUB_STEP_SUMMARY") !== "";
}

/** Credentials for a helper token: a password typed in by hand has been used up by main. */
const readMinterAgain: RecoverPorts["minter"] = async () => {
  const minter = await readMinter([], readLastingPasscodes);
  return minter && minter.passcodes.kind !== "typed"
    ? { kind: "minter", minter }
    : { kind: "no-credentials" };
};

/** Reads one input, or notes what is wrong with it. */
export type Reader = <T>(input: string, parser: (text: string) => parse.Parsed<T>) => T | undefined;

export function reader(problems: InputProblem[]): Reader {
  return (input, parser) => {
    const given = core.getInput(input);
    const fallback = Object.hasOwn(defaults, input) ? defaults[input as keyof typeof defaults] : "";
    const parsed = parser(given === "" ? fallback : given);
    if (parsed.ok) return parsed.value;
    problems.push({ input, problem: parsed.problem });
    return undefined;
  };
}

const forksGetNoSecrets =
  "If it is set from a secret: workflows that a fork or Dependabot starts get none of the repository's secrets.";

async function readMinter(
  problems: InputProblem[],
  readCodes: (problems: InputProblem[]) => Promise<Passcodes | undefined> = readPasscodes,
): Promise<Minter | undefined> {
  const username = readSecret("username").trim();
  const password = readSecret("password");
  const apiKey = readSecret("api-key").trim();
  if (username !== "" && password !== "") hide(basicForm(username, password));
  const missing = [...(username === "" ? ["username"] : []), ...(password === "" ? ["password"] : [])].map(
    (input) => ({
      input,
      problem: `is empty, and a token cannot be created without it. ${forksGetNoSecrets}`,
    }),
  );
  problems.push(...missing);
  if (apiKey !== "" && !isKey(apiKey)) {
    problems.push({ input: "api-key", problem: noKey });
  }
  const passcodes = await readCodes(problems);
  if (!passcodes || missing.length > 0) return undefined;
  return { username, password, passcodes, apiKey: apiKey === "" ? undefined : apiKey };
}

/** What the companion actions act with: a key as it is, or credentials that make a helper token. */
export async function readAccess(problems: InputProblem[]): Promise<Access | undefined> {
  const key = readSecret("api-key").trim();
  if (key === "") {
    const minter = await readMinter(problems);
    return minter && { kind: "mint", minter };
  }
  for (const unused of ["username", "password", "otp", "totp-secret"]) readSecret(unused);
  if (isKey(key)) return { kind: "key", key };
  problems.push({ input: "api-key", problem: noKey });
  return undefined;
}

export const noKey = "is no Fastly token. Allowed are printable characters without spaces.";

async function readPasscodes(problems: InputProblem[]): Promise<Passcodes | undefined> {
  const typed = readSecret("otp");
  if (typed === "") return readComputedPasscodes(problems);
  readSecret("totp-secret");
  const parsed = parse.parsePasscode(typed);
  if (parsed.ok) {
    hide(parsed.value);
    return { kind: "typed", code: parsed.value };
  }
  problems.push({ input: "otp", problem: parsed.problem });
  return undefined;
}

/** A password typed in by hand is used up; the secret, if there is one, makes others. */
async function readLastingPasscodes(problems: InputProblem[]): Promise<Passcodes | undefined> {
  return readSecret("totp-secret").trim() === "" ? readPasscodes(problems) : readComputedPasscodes(problems);
}

async function readComputedPasscodes(problems: InputProblem[]): Promise<Passcodes | undefined> {
  const secret = readSecret("totp-secret").trim();
  if (secret === "") return { kind: "none" };
  for (const form of [secret.replace(/[\s-]/g, ""), /secret=([^&]+)/i.exec(secret)?.[1] ?? ""]) {
    hide(form);
    hide(form.toUpperCase());
  }
  try {
    return await passcodesFrom(secret);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    problems.push({ input: "totp-secret", problem: `${problem}. Allowed are base32 or an otpauth:// URI.` });
    return undefined;
  }
}

/** A secret is masked as it is read. Line ends around it come from the shell that stored it; spaces may be its own. */
export function readSecret(input: string): string {
  const given = core.getInput(input, { trimWhitespace: false });
  const used = given.replace(/^[\r\n]+|[\r\n]+$/g, "");
  for (const form of new Set([given, used, used.trim()])) hide(form);
  return used;
}

/** Without these @actions/core prints state and outputs to the log instead, the token among them. */
function missingFiles(exportsEnv: boolean): InputProblem[] {
  const files = ["GITHUB_STATE", "GITHUB_OUTPUT", ...(exportsEnv ? ["GITHUB_ENV"] : [])];
  return files
    .filter((file) => environment(file) === "")
    .map((file) => ({
      input: file,
      problem: "is not set in the environment: this action runs on GitHub's runner, or one like it.",
    }));
}

/** Which run this is. What the runner does not say, the name says with a placeholder. */
export function readTokenName(use: TokenUse, label: string): Omit<TokenName, "serial"> {
  return {
    server: readServer(),
    repository: isRepository(environment("GITHUB_REPOSITORY"))
      ? environment("GITHUB_REPOSITORY")
      : unknownRun.repository,
    runId: matching("GITHUB_RUN_ID", /^\d{1,15}$/, unknownRun.runId),
    runAttempt: matching("GITHUB_RUN_ATTEMPT", /^\d{1,10}$/, "1"),
    job: matching("GITHUB_JOB", /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, "unknown"),
    use,
    nonce: randomBytes(10).toString("hex"),
    label,
  };
}

/** The host of the GitHub server that this run is on. */
function readServer(): string {
  const host = URL.parse(environment("GITHUB_SERVER_URL"))?.host ?? "";
  return isServer(host) ? host : "github.com";
}

function matching(name: string, pattern: RegExp, otherwise: string): string {
  const value = environment(name);
  return pattern.test(value) ? value : otherwise;
}

export function environment(name: string): string {
  return process.env[name] ?? "";
}
