import { isNonce } from "../../token/token-name.ts";
import { type Asked, type Grant, type Judgement, judge as judgeByRule, type Rule } from "../policy/index.ts";
import { type Form, readForm } from "./form.ts";
import { findRule, type Identified, identify, readSubject, subjectParameters } from "./identify.ts";
import { malformed, type Refused, refusal } from "./refusal.ts";
import type { Exchange, Generation, Service } from "./service.ts";

const parameters = [
  ...subjectParameters,
  "rule",
  "scope",
  "services",
  "expires_in",
  "nonce",
  "job",
  "label",
] as const;

/** A request for a token that the policy grants. */
export interface Judged {
  kind: "judged";
  identified: Identified;
  rule: Rule;
  grant: Grant;
  nonce: string | undefined;
  job: string;
  label: string;
}

/** Verifies and judges a request for a token, in the order that the documentation states; nothing is used up by it. */
export async function judge(
  exchange: Exchange,
  generation: Generation,
  service: Service,
): Promise<Judged | Refused> {
  const form = await readForm(exchange.request, parameters);
  if (form.kind === "refused") return form;
  const order = readOrder(form);
  if (order.kind === "refused") return order;
  const identified = await identify(order.jwt, exchange, generation, service);
  if (identified.kind === "refused") return identified;
  const found = findRule(order.rule, identified.verified, generation);
  if (found.kind === "refused") return found;
  const { rule } = found;
  exchange.record.rule = rule.id;
  const judgement = judgeByRule(rule, identified.verified.claims, order.asked);
  if (judgement.kind !== "granted") return refusalOf(judgement);
  const { nonce, job, label } = order;
  return { kind: "judged", identified, rule, grant: judgement.grant, nonce, job, label };
}

interface Order {
  kind: "order";
  jwt: string;
  rule: string;
  asked: Asked;
  nonce: string | undefined;
  job: string;
  label: string;
}

function readOrder({ fields }: Form<(typeof parameters)[number]>): Order | Refused {
  const subject = readSubject(fields);
  if (subject.kind === "refused") return subject;
  const { rule, scope, services, expires_in: expiresIn, nonce, job = "unknown", label = "" } = fields;
  if (rule === undefined || rule === "" || rule.length > 200)
    return malformed("The parameter rule is missing.");
  if (expiresIn !== undefined && !/^[1-9]\d*$/.test(expiresIn))
    return malformed("The parameter expires_in is not a whole number of seconds.");
  if (nonce !== undefined && !isNonce(nonce))
    return malformed("The parameter nonce is not 20 hexadecimal digits.");
  if (scope !== undefined && !isList(scope))
    return malformed("Separate the items of the parameter scope with single spaces.");
  if (services !== undefined && !isList(services))
    return malformed("Separate the items of the parameter services with single spaces.");
  if (job.length > 255 || label.length > 255)
    return malformed("The parameters job and label can have at most 255 characters.");
  return {
    kind: "order",
    jwt: subject.jwt,
    rule,
    asked: {
      scopes: itemsOf(scope),
      services: itemsOf(services),
      expiresInSeconds: expiresIn === undefined ? undefined : Number(expiresIn),
    },
    nonce,
    job,
    label,
  };
}

/** An item that a list contains twice is requested once. */
function itemsOf(list: string | undefined): string[] | undefined {
  return list === undefined ? undefined : [...new Set(list.split(" "))];
}

function isList(text: string): boolean {
  return /^\S+(?: \S+)*$/.test(text);
}

type Denied = Exclude<Judgement, { kind: "granted" }>;

function refusalOf(denied: Denied): Refused {
  switch (denied.kind) {
    case "event_denied":
      return refusal(
        "event_denied",
        "Jobs that this event triggers never get a token, whatever the rule says.",
      );
    case "claim_mismatch": {
      const failed = denied.failed.map(({ claim, value }) => `${claim} (${value ?? "missing"})`).join(", ");
      return refusal("claim_mismatch", `The rule does not match these claims of the job: ${failed}.`, {
        failedClaims: denied.failed,
      });
    }
    case "scope_not_granted":
      return refusal("scope_not_granted", "The requested scope exceeds what the rule grants.");
    case "services_not_granted":
      return refusal("services_not_granted", "The requested services exceed what the rule grants.");
    case "lifetime_not_granted":
      return refusal("lifetime_not_granted", "The requested lifetime is longer than the rule grants.");
  }
}
