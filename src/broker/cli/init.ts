import { unwritable } from "../config/file-fault.ts";
import { loadConfiguration } from "../config/index.ts";
import { refuse, writeProblem } from "./check.ts";
import { readOptions } from "./options.ts";
import type { CliPorts } from "./ports.ts";

const values = [
  "repository",
  "owner-id",
  "repository-id",
  "service",
  "services",
  "scope",
  "environment",
  "rule",
  "audience",
  "issuer",
  "server",
  "api-url",
  "out",
  "config",
];

interface First {
  repository: string;
  ownerId: string;
  repositoryId: string;
  services: readonly string[];
  scopes: readonly string[];
  environment: string | undefined;
  rule: string;
  audience: string;
  issuer: string;
  server: string;
  apiUrl: string;
}

/** `init`: a first configuration file, for one repository. */
export async function init(args: readonly string[], ports: CliPorts): Promise<number> {
  const options = readOptions(args, { of: "init", values });
  if (options.kind === "mistake") return refuse(options.message, ports);
  const first = readFirst(options.all);
  if (typeof first === "string") return refuse(first, ports);
  const text = write(first, ports.program);
  const loaded = await loadConfiguration(new TextEncoder().encode(text), "not-read");
  if (loaded.kind === "invalid") {
    for (const problem of loaded.problems) ports.complain(writeProblem("broker.yaml", problem));
    return refuse("One of the options has a value that the broker would reject.", ports);
  }
  // Every other command calls the file --config.
  const out = (options.all.get("out") ?? options.all.get("config"))?.at(-1);
  if (out === undefined) {
    ports.print(text.trimEnd());
    return 0;
  }
  const fault = await ports.writeNewFile(out, text);
  if (fault !== undefined) return refuse(unwritable(out, fault), ports);
  ports.print(
    `Wrote ${out}. Review it, set the environment variables that it names, and then run: ${ports.program} check --config ${out}`,
  );
  return 0;
}

const apiCommand = "gh api repos/OWNER/REPO --jq '.owner.id, .id'";

function readFirst(all: ReadonlyMap<string, readonly string[]>): First | string {
  const last = (name: string) => all.get(name)?.at(-1);
  const list = (name: string) =>
    all.get(name)?.flatMap((text) => text.split(/[\s,]+/).filter((part) => part !== "")) ?? [];
  const [repository, ownerId, repositoryId] = ["repository", "owner-id", "repository-id"].map(last);
  if (repository === undefined || ownerId === undefined || repositoryId === undefined)
    return `init needs --repository OWNER/REPO, --owner-id N and --repository-id N. ${apiCommand} prints both IDs.`;
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/.test(repository))
    return "--repository must be OWNER/REPO.";
  for (const [name, id] of [
    ["owner-id", ownerId],
    ["repository-id", repositoryId],
  ] as const)
    if (!/^[0-9]{1,20}$/.test(id)) return `--${name} must be a number. ${apiCommand} prints it.`;
  const scopes = list("scope");
  return {
    repository,
    ownerId,
    repositoryId,
    // A job's input, and `explain`, call them services.
    services: [...list("service"), ...list("services")],
    scopes: scopes.length === 0 ? ["purge_select"] : scopes,
    environment: last("environment"),
    rule: last("rule") ?? ruleFor(repository),
    audience: last("audience") ?? "https://fastly-tokens.example.com",
    issuer: last("issuer") ?? "https://token.actions.githubusercontent.com",
    server: last("server") ?? "https://github.com",
    apiUrl: last("api-url") ?? "https://api.fastly.com",
  };
}

function ruleFor(repository: string): string {
  const [, name = ""] = repository.split("/");
  const words = name.toLowerCase().replace(/[^a-z0-9-]/g, "-");
  return `${words.replace(/^-+/, "").slice(0, 50) || "first"}-rule`;
}

const placeholderService = "0000000000000000000000";

/** Long, because it is the file as a user will see it. */
function write(first: First, program: string): string {
  const { repository, ownerId, repositoryId, services, scopes, environment } = first;
  const isWide = scopes.some((scope) => scope.startsWith("global"));
  return `# Configuration of the token broker: which jobs may have which Fastly tokens.
# After each change: ${program} check --config FILE
version: 1

# Where jobs reach the broker, and the audience of the JWTs that they ask GitHub for.
audience: ${JSON.stringify(first.audience)}

# Who signs the JWTs. Another issuer is never asked for anything.
issuers:
  - issuer: ${JSON.stringify(first.issuer)}
    jwks_uri: ${JSON.stringify(`${first.issuer}/.well-known/jwks`)}
    server: ${JSON.stringify(first.server)}

fastly:
  api_url: ${JSON.stringify(first.apiUrl)}
  # Fastly users that mint tokens: dedicated ones, with the least role that their rules need.
  # Secrets are read from { env: NAME } or { file: PATH }; none is written here.
  users:
    - id: ci
      username: { env: FASTLY_USERNAME }
      password: { env: FASTLY_PASSWORD }
      # For a user with two-factor authentication:
      # totp_secret: { env: FASTLY_TOTP_SECRET }

# With a GitHub webhook for workflow_job and workflow_run, the tokens of a machine that vanishes end as well:
# webhook: { secret: { env: WEBHOOK_SECRET } }

# Several instances of the broker share a Redis instead: store: rediss://…
store: memory

rules:
  # Jobs name the rule that they ask for.
  - id: ${JSON.stringify(first.rule)}
    users: [ci]
    # All of these claims of GitHub's JWT have to match. A list allows each of its values.
    match:
      # ${repository}, by its IDs, in quotes: names change hands.
      repository_owner_id: ${JSON.stringify(ownerId)}
      repository_id: ${JSON.stringify(repositoryId)}
      event_name: [push, workflow_dispatch]
${
  environment === undefined
    ? "      ref: refs/heads/main"
    : `      # Jobs with environment: ${oneLine(environment)} alone, after its protection rules.\n      environment: ${JSON.stringify(environment)}`
}
    grant:
      scope: [${scopes.map((scope) => JSON.stringify(scope)).join(", ")}]
${services.length === 0 ? `      # A placeholder: the ID of your service stands in Fastly's control panel, below its name.\n      services: [${JSON.stringify(placeholderService)}]` : `      services: ${services.length === 1 && services[0] === "*" ? '"*"' : `[${services.map((service) => JSON.stringify(service)).join(", ")}]`}`}
      # The longest lifetime of a token: as long as the job may run.
      max_ttl: 30m
${isWide ? "      # This scope also reaches the account, which a list of services does not limit.\n      account_access: true\n" : ""}`;
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7E]/g, "?");
}
