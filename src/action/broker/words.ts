import { oneLine } from "../../text/one-line.ts";
import { quoted } from "../log.ts";
import { endingWords, mismatchWords } from "../words/minting.ts";
import type { BrokerAddress, BrokerErrorCode, BrokerRefusal } from "./broker-client.ts";
import type { ExchangeOutcome } from "./mint-through-broker.ts";

/** What each code of the broker means for the job, and what to do about it; docs/broker/errors.md lists the same. */
const brokerErrorWords: Readonly<Record<BrokerErrorCode, { what: string; remedy: string }>> = {
  malformed: {
    what: "The broker could not read the request.",
    remedy: "Check that the action and the broker have the same version.",
  },
  token_rejected: {
    what: "The broker rejected this job's OIDC token, or has no rule with this ID for this organization.",
    remedy:
      "Check the inputs rule and audience. The audience must be the broker's own; by default, it is the origin of the broker's URL. For details, look up the request ID in the broker's audit log.",
  },
  token_reused: {
    what: "The broker has seen this OIDC token before, and each one works only once.",
    remedy: "Run the job again. If it happens again, check whether a proxy repeats requests.",
  },
  unknown_rule: {
    what: "The broker has no rule with this ID.",
    remedy: "Check the input rule against the broker's configuration.",
  },
  event_denied: {
    what: "The broker does not issue tokens to workflows that this event triggers.",
    remedy:
      "pull_request_target and workflow_run are always refused, because they can run untrusted code with the permissions of the default branch. Trigger the workflow by push, workflow_dispatch or another event that the rule names.",
  },
  claim_mismatch: {
    what: "The rule does not allow this job.",
    remedy: "Compare the claims below with the rule's match, and change the rule or the workflow.",
  },
  scope_not_granted: {
    what: "The rule does not grant the requested scope.",
    remedy:
      "Request less in the input scope, leave it out to get everything that the rule grants, or change the rule.",
  },
  services_not_granted: {
    what: "The rule does not grant the requested services.",
    remedy:
      "Request fewer in the input services, leave it out to get everything that the rule grants, or change the rule.",
  },
  lifetime_not_granted: {
    what: "The rule does not grant a lifetime this long.",
    remedy:
      "Set a shorter expires-in, leave it out to get what the rule grants, or raise max_ttl in the rule.",
  },
  quota_exceeded: {
    what: "The rule's quota is used up.",
    remedy: "Run fewer jobs at once, let tokens end sooner, or raise max_live or per_hour in the rule.",
  },
  no_room: {
    what: "No Fastly user of the rule had room for another token in time.",
    remedy: "Set a longer timeout, or add another user to the rule.",
  },
  upstream_refused: {
    what: "Fastly refused to create the token for the broker.",
    remedy:
      "For the reason, look up the request ID in the broker's audit log. Most often, the password of its Fastly user was changed.",
  },
  upstream_unavailable: {
    what: "The broker got no valid response from Fastly, or from the issuer of the OIDC token.",
    remedy: "Try again later, or set a longer timeout.",
  },
  store_unavailable: {
    what: "The broker cannot reach its store, so it creates no tokens.",
    remedy: "Try again later. Whoever runs the broker must check its store.",
  },
  internal: {
    what: "The broker had an internal error.",
    remedy: "Try again later. For details, look up the request ID in the broker's log.",
  },
};

/** Whom a token was for. */
interface Purpose {
  /** What every reason begins with. */
  none: string;
  later: string;
  lost: string;
  interrupted: string;
}

/** The step's error itself begins with what the job did not get. */
const job: Purpose = {
  none: "",
  later: "post tries again",
  lost: "Post looks for a token that may have been created",
  interrupted: "The step was interrupted. If a token was created, post looks for it and revokes it.",
};

export const helper: Purpose = {
  none: "No helper token could be created. ",
  later: "it expires within two minutes",
  lost: "A token that may have been created expires within two minutes",
  interrupted:
    "Interrupted while a helper token was being created; if it exists, it expires within two minutes.",
};

/** Why the broker gave no token. */
export function notExchanged(
  outcome: Exclude<ExchangeOutcome, { kind: "minted" }>,
  { url, rule, audience }: BrokerAddress,
  { none, later, lost, interrupted } = job,
): string {
  switch (outcome.kind) {
    case "refused":
      return `${none}The broker refused the request for the rule ${quoted(rule)}. ${refusalWords(outcome.refusal)}`;
    case "wider":
      return `${none}The broker issued token ${outcome.token.id}, but ${outcome.mismatches.map(mismatchWords).join("; ")}. ${endingWords(outcome.status, later)} Check that the action and the broker have the same version.`;
    case "malformed":
      return `${none}The broker issued a token, but ${outcome.reason}. ${endingWords(outcome.status, later)}`;
    case "no-jwt":
      return `${none}GitHub issued no OIDC token for the audience ${quoted(audience)} (${outcome.reason}). ${jwtRemedy(outcome.status)}`;
    case "failed":
      return `${none}The broker at ${quoted(new URL(url).origin)} gave no usable response (${outcome.reason}).${triedWords(outcome.tries)} Check the input broker, and that the broker is running. ${lost}.`;
    case "interrupted":
      return interrupted;
  }
}

function refusalWords({ code, description, failedClaims, requestId }: BrokerRefusal): string {
  const { what, remedy } = brokerErrorWords[code];
  // The claims say it better than the sentence that lists them.
  const said =
    description === "" || failedClaims.length > 0 ? "" : ` The broker says: ${quoted(description, 500)}`;
  const id = requestId === "" ? "" : `, request ${quoted(requestId)}`;
  return [`${what} ${remedy}${said} (${code}${id})`, ...failedClaims.map(claimWords)].join("\n");
}

function claimWords({ claim, value }: BrokerRefusal["failedClaims"][number]): string {
  if (value !== null) return `${oneLine(claim)} is ${quoted(value, 1_000)}`;
  const hint = claim === "environment" ? ", because the job names no environment" : "";
  return `${oneLine(claim)} is not in this job's OIDC token${hint}`;
}

function jwtRemedy(status: number | undefined): string {
  return status === 401 || status === 403
    ? "Check that the job has permissions: id-token: write. Workflows triggered by a fork's pull request do not get one."
    : "GitHub's token endpoint may have failed. Run the job again, or check GitHub's status page.";
}

function triedWords(tries: number): string {
  return tries > 1 ? ` The action tried ${tries} times.` : "";
}
