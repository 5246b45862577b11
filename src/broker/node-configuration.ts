import { writeProblem } from "./cli/check.ts";
import {
  type Configuration,
  type ConfiguredStore,
  loadConfiguration as load,
  type Problem,
} from "./config/index.ts";
import { readConfigurationFile, secretsOf } from "./node-secrets.ts";
import { type Asked, judge as judgeRule, type Judgement as RuleJudgement } from "./policy/index.ts";
import type { Judgement, Policy, PolicyRequest } from "./service/policy.ts";
import type { UserConfig } from "./users/fastly-user.ts";

export interface LoadedConfiguration {
  kind: "loaded";
  policy: Policy;
  users: readonly UserConfig[];
  apiUrl: string;
  webhookSecret: string | undefined;
  store: ConfiguredStore;
  /** The broker's own host. */
  host: string;
  /** Lines about what works and is most likely not meant. */
  warnings: readonly string[];
}

/** Reads the configuration and the secrets that it names: all of it, or every mistake at once. */
export async function loadConfiguration(
  file: string,
): Promise<LoadedConfiguration | { kind: "refused"; problems: string }> {
  const bytes = await readConfigurationFile(file).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error)
    return { kind: "refused", problems: `${file} cannot be read (${bytes.code ?? "unknown"}).` };
  const loaded = await load(bytes, secretsOf(file));
  const lines = (problems: readonly Problem[]) => problems.map((problem) => writeProblem(file, problem));
  if (loaded.kind === "invalid") return { kind: "refused", problems: lines(loaded.problems).join("\n") };
  const { config, warnings } = loaded;
  const { users, apiUrl, webhookSecret, store, audience } = config;
  const host = URL.parse(audience)?.host || "broker";
  return {
    kind: "loaded",
    policy: policyOf(config),
    users,
    apiUrl,
    webhookSecret,
    store,
    host,
    warnings: lines(warnings),
  };
}

function policyOf({ hash, audience, issuers, rules }: Configuration): Policy {
  return { hash, audience, issuers, rules, judge: (request) => judge(request, rules) };
}

function judge({ rule, claims, ...asked }: PolicyRequest, rules: Configuration["rules"]): Judgement {
  const found = rules.get(rule.id);
  if (!found) throw new TypeError("the rule is of another configuration");
  return inServiceTerms(judgeRule(found, claims, askedOf(asked)));
}

function askedOf({ scope, services, expiresIn }: Omit<PolicyRequest, "rule" | "claims">): Asked {
  return { scopes: scope?.split(" "), services: services?.split(" "), expiresInSeconds: expiresIn };
}

function inServiceTerms(judgement: RuleJudgement): Judgement {
  switch (judgement.kind) {
    case "granted": {
      const { scopes, services, ttlMs } = judgement.grant;
      return { kind: "granted", grant: { scopes, services, lifetimeMs: ttlMs } };
    }
    case "event_denied":
      return { kind: "event-denied" };
    case "claim_mismatch":
      return { kind: "claim-mismatch", failed: judgement.failed };
    case "scope_not_granted":
      return { kind: "scope-not-granted" };
    case "services_not_granted":
      return { kind: "services-not-granted" };
    case "lifetime_not_granted":
      return { kind: "lifetime-not-granted" };
  }
}
