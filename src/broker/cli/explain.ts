import { formatDuration } from "../../text/duration.ts";
import { unreadable } from "../config/file-fault.ts";
import type { Configuration } from "../config/index.ts";
import {
  type Asked,
  type Claims,
  type Decision,
  decide,
  type FailedClaim,
  type Matcher,
  type Rule,
} from "../policy/index.ts";
import { loadFrom, printProblems, refuse } from "./check.ts";
import { readOptions } from "./options.ts";
import type { CliPorts } from "./ports.ts";

const values = ["config", "rule", "claims", "scope", "services", "expires-in"];

/** `explain`: what a rule grants to a job with these claims, or why not. No secret is read. */
export async function explain(args: readonly string[], ports: CliPorts): Promise<number> {
  const options = readOptions(args, { of: "explain", values });
  if (options.kind === "mistake") return refuse(options.message, ports);
  const [file, ruleId, claimsFile] = ["config", "rule", "claims"].map((name) =>
    options.all.get(name)?.at(-1),
  );
  if (file === undefined || ruleId === undefined || claimsFile === undefined)
    return refuse("explain needs --config FILE, --rule ID and --claims FILE.", ports);
  const claims = await readClaims(claimsFile, ports);
  if (typeof claims === "string") return refuse(claims, ports);
  const loaded = await loadFrom(file, ports, false);
  if (loaded === undefined) return 1;
  if (loaded.kind === "invalid") {
    printProblems(file, loaded.problems, ports);
    return 1;
  }
  const asked = readAsked(options.all);
  const decision = decide(loaded.config.rules, ruleId, claims, asked);
  for (const line of wordsOf(decision, ruleId, loaded.config)) ports.print(line);
  return decision.kind === "granted" ? 0 : 1;
}

function readAsked(all: ReadonlyMap<string, readonly string[]>): Asked {
  const list = (name: string) =>
    all.get(name)?.flatMap((text) => text.split(/[\s,]+/).filter((part) => part !== ""));
  const seconds = all.get("expires-in")?.at(-1);
  return {
    scopes: list("scope"),
    services: list("services"),
    expiresInSeconds: seconds === undefined ? undefined : Number(seconds),
  };
}

async function readClaims(file: string, ports: CliPorts): Promise<Claims | string> {
  const read = await ports.readFile(file);
  if (read.kind === "unreadable") return unreadable(file, read.reason);
  const text = new TextDecoder().decode(read.bytes).trim();
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text))
    return `${file} contains a JWT. Write its decoded claims there instead, as a JSON object.`;
  try {
    const claims: unknown = JSON.parse(text);
    if (typeof claims === "object" && claims !== null && !Array.isArray(claims)) return claims as Claims;
  } catch {
    // Not JSON: the message below leaves out the text, which may be a secret.
  }
  return `${file} is not a JSON object of claims, such as {"repository_id": "1296269", …}.`;
}

function wordsOf(decision: Decision, ruleId: string, { rules }: Configuration): string[] {
  const name = JSON.stringify(ruleId);
  switch (decision.kind) {
    case "granted":
      return granted(decision);
    case "unknown_rule":
      return [
        `Refused (unknown_rule): the rule ${name} does not exist. Rules: ${[...rules.keys()].join(", ")}.`,
      ];
    case "token_rejected":
      return [
        rules.has(ruleId)
          ? `Refused (token_rejected): the rule ${name} does not name the repository_owner_id of these claims. The job itself only sees token_rejected.`
          : `Refused (token_rejected): the rule ${name} does not exist, and no rule names the repository_owner_id of these claims. Rules: ${[...rules.keys()].join(", ")}.`,
      ];
    case "event_denied":
      return [
        `Refused (event_denied): jobs that ${decision.event} triggers never get a token, whatever the rule says.`,
      ];
    case "claim_mismatch":
      return [
        `Refused (claim_mismatch): the rule ${name} does not match these claims:`,
        ...decision.failed.map((failed) => failedLine(failed, rules.get(ruleId))),
      ];
    case "scope_not_granted":
      return [`Refused (scope_not_granted): the rule ${name} grants ${grantOf(rules, ruleId).scopes}.`];
    case "services_not_granted":
      return [`Refused (services_not_granted): the rule ${name} grants ${grantOf(rules, ruleId).services}.`];
    case "lifetime_not_granted":
      return [
        `Refused (lifetime_not_granted): the rule ${name} grants up to ${grantOf(rules, ruleId).lifetime}; --expires-in takes a whole number of seconds.`,
      ];
  }
}

function granted({ rule, grant }: Extract<Decision, { kind: "granted" }>): string[] {
  return [
    `Granted by the rule ${JSON.stringify(rule.id)}:`,
    `  scope: ${grant.scopes.join(" ")}`,
    `  services: ${grant.services.length === 0 ? "* (all)" : grant.services.join(" ")}`,
    `  lifetime: ${formatDuration(grant.ttlMs)}`,
    `  Fastly users: ${rule.users.join(" ")}`,
    "This command does not check the signature, audience or age of a JWT.",
  ];
}

function grantOf(rules: Configuration["rules"], ruleId: string) {
  const grant = rules.get(ruleId)?.grant;
  const services = grant?.services ?? [];
  return {
    scopes: grant?.scopes.join(" ") ?? "",
    services: services === "*" ? "* (all services)" : services.join(" "),
    lifetime: formatDuration(grant?.maxTtlMs ?? 0),
  };
}

/** For whoever runs the broker, who may read the rule: the job itself learns its own values alone. */
function failedLine({ claim, value }: FailedClaim, rule: Rule | undefined): string {
  const allowed = (rule?.match.get(claim) ?? []).map(writeMatcher).join(" or ");
  return `  ${claim}: ${value === null ? "missing" : JSON.stringify(value)}; the rule allows ${allowed}`;
}

function writeMatcher(matcher: Matcher): string {
  return matcher.kind === "exact"
    ? JSON.stringify(matcher.text)
    : `the pattern ${JSON.stringify(matcher.glob)}`;
}
