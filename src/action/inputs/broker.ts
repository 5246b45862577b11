import type { BrokerAddress } from "../broker/broker-client.ts";
import type { Narrowing } from "../broker/mint-through-broker.ts";
import { environment } from "./environment.ts";
import { parseLifetime, parseScopes, parseServices } from "./grant.ts";
import {
  bad,
  good,
  type Inputs,
  invalid,
  mapInputs,
  type Parsed,
  read,
  textOf,
  together,
  valid,
} from "./input.ts";
import { parseApiUrl, routeTo } from "./network.ts";
import { isInQuotes, isUnexpanded, unexpanded } from "./slips.ts";

/** The broker, and how this step reaches it and GitHub's token endpoint. */
export interface BrokerRoute extends BrokerAddress {
  proxy: string | null;
  jwtProxy: string | null;
}

export interface BrokerInputs {
  route: BrokerRoute;
  /** What of the rule's grant this job needs. */
  asked: Narrowing;
}

/** Whether the inputs name a broker in place of a user. */
export function hasBroker(): boolean {
  return ["broker", "rule", "audience"].some((input) => textOf(input) !== "");
}

/** The broker as the inputs name it. Every part that narrows its grant may be left out. */
export function readBrokerInputs(): Inputs<BrokerInputs> {
  const readings = {
    route: readBrokerRoute(),
    asked: readNarrowing(),
    onlyBroker: refuseCredentials(),
    permission: requirePermission(),
  };
  return together<BrokerInputs & { onlyBroker: undefined; permission: undefined }>(readings);
}

/** The broker of a companion action, whose helper token it makes. */
export function readKeyFromBroker(): Inputs<BrokerRoute> {
  const readings = {
    route: readBrokerRoute(),
    onlyBroker: refuseCredentials("api-key"),
    permission: requirePermission(),
  };
  type Read = { route: BrokerRoute; onlyBroker: undefined; permission: undefined };
  return mapInputs(together<Read>(readings), ({ route }) => route);
}

export function readBrokerRoute(): Inputs<BrokerRoute> {
  const readings = together<{ url: string; rule: string; audience: string }>({
    url: read("broker", parseBrokerUrl),
    rule: read("rule", parseRule),
    audience: read("audience", parseAudience),
  });
  if (readings.kind === "invalid") return readings;
  const { url, rule, audience } = readings.inputs;
  const toBroker = routeTo(url);
  if (toBroker.kind === "invalid") return toBroker;
  const toGitHub = routeTo(environment(requestUrl));
  return valid({
    url,
    rule,
    audience: audience === "" ? new URL(url).origin : audience,
    proxy: toBroker.inputs.proxy ?? null,
    jwtProxy: toGitHub.kind === "valid" ? (toGitHub.inputs.proxy ?? null) : null,
  });
}

function parseBrokerUrl(text: string): Parsed<string> {
  return text === ""
    ? bad("is empty. Set it to the URL of the token broker, or use username and password.")
    : parseApiUrl(text);
}

function parseRule(text: string): Parsed<string> {
  if (text === "") return bad("is empty. Set it to the ID of the broker's rule that this job asks for.");
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)
    ? good(text)
    : bad(
        "is not a rule ID. Use letters, digits, dots, hyphens and underscores, as in the broker's configuration.",
      );
}

function parseAudience(text: string): Parsed<string> {
  if (isUnexpanded(text)) return bad(unexpanded);
  if (isInQuotes(text)) return bad("is in quotation marks. Remove them.");
  return text.length <= 200 && /^[\x21-\x7e]*$/.test(text)
    ? good(text)
    : bad(
        "is not an audience. Use up to 200 visible characters without spaces, or leave it out to use the origin of the broker's URL.",
      );
}

function readNarrowing(): Inputs<Narrowing> {
  return together<Narrowing>({
    ...(textOf("scope") === "" ? {} : { scopes: read("scope", parseScopes) }),
    ...(textOf("services") === "" ? {} : { services: read("services", parseServices) }),
    ...(textOf("expires-in") === "" ? {} : { lifetimeMs: read("expires-in", parseLifetime) }),
  });
}

function refuseCredentials(...more: string[]): Inputs<undefined> {
  const given = ["username", "password", "totp-secret", ...more].filter((input) => textOf(input) !== "");
  if (given.length === 0 || textOf("broker") === "") return valid(undefined);
  return invalid(
    "broker",
    `is set together with ${given.join(" and ")}. Remove them: with a broker, GitHub holds no Fastly secret.`,
  );
}

const requestUrl = "ACTIONS_ID_TOKEN_REQUEST_URL";

/** The runner sets these where the job may ask for an OIDC token. */
function requirePermission(): Inputs<undefined> {
  if (environment(requestUrl) !== "" && environment("ACTIONS_ID_TOKEN_REQUEST_TOKEN") !== "")
    return valid(undefined);
  return invalid(
    "broker",
    "needs this job's OIDC token, but the job is not allowed to request one. Add permissions: id-token: write to the job, and contents: read if it checks out code. Workflows triggered by a fork's pull request never get one.",
  );
}

/** Where this job asks for its OIDC token. */
export function readJwtSource(): { requestUrl: string; requestToken: string } {
  return { requestUrl: environment(requestUrl), requestToken: environment("ACTIONS_ID_TOKEN_REQUEST_TOKEN") };
}
