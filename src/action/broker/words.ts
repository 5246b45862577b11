import { oneLine } from "../../text/one-line.ts";
import { quoted } from "../log.ts";
import { endingWords, mismatchWords, soon } from "../words/index.ts";
import type { BrokerAddress, BrokerErrorCode, BrokerRefusal } from "./broker-client.ts";
import type { ExchangeOutcome } from "./mint-through-broker.ts";

/** What each code of the broker means for the job, and what to do about it; docs/broker/errors.md lists the same. */
const brokerErrorWords: Readonly<Record<BrokerErrorCode, { what: string; remedy: string }>> = {
  malformed: {
    what: "The broker could not read the request.",
    remedy: "Check that the action and the broker are of the same version.",
  },
  token_rejected: {
    what: "The broker rejected this job's OIDC token, or it has no rule for this organization by that id.",
    remedy:
      "Check the inputs rule and audience: the audience must be the broker's own, and is the origin of broker unless given. The broker's audit log says more, under the request ID.",
  },
  token_reused: {
    what: "The broker has seen this OIDC token before; each is good for one exchange.",
    remedy: "Run the job again. If it happens again, a proxy in between repeats requests.",
  },
  unknown_rule: {
    what: "The broker has no rule with this id.",
    remedy: "Check the input rule against the broker's configuration.",
  },
  event_denied: {
    what: "The broker gives no token to workflows that this event starts.",
    remedy:
      "pull_request_target and workflow_run are always refused, since they can run untrusted code with the rights of the default branch. Start the job by push, workflow_dispatch or another event that the rule names.",
  },
  claim_mismatch: {
    what: "This job is not one that the rule allows.",
    remedy: "Compare the claims below with the rule's match, and change the rule or the workflow.",
  },
  scope_not_granted: {
    what: "The rule does not grant the scope that was asked for.",
    remedy: "Ask for less in the input scope, leave it out for all that the rule grants, or change the rule.",
  },
  services_not_granted: {
    what: "The rule does not grant the services that were asked for.",
    remedy:
      "Ask for fewer in the input services, leave it out for all that the rule grants, or change the rule.",
  },
  lifetime_not_granted: {
    what: "The rule does not grant so long a lifetime.",
    remedy: "Give a shorter expires-in, leave it out for what the rule grants, or raise max_ttl in the rule.",
  },
  quota_exceeded: {
    what: "The rule's quota is used up.",
    remedy: "Run fewer jobs at once, let tokens end sooner, or raise max_live or per_hour in the rule.",
  },
  no_room: {
    what: "No Fastly user of the rule had room for another token in time.",
    remedy: "Give the job a longer timeout, or the rule another user.",
  },
  upstream_refused: {
    what: "Fastly refused to create the token for the broker.",
    remedy:
      "The broker's audit log says why, under the request ID. Most often the password of its Fastly user was changed.",
  },
  upstream_unavailable: {
    what: "The broker could not reach Fastly, or Fastly has trouble of its own.",
    remedy: "Try again later, or give a longer timeout.",
  },
  store_unavailable: {
    what: "The broker cannot reach its store, so it creates no tokens.",
    remedy: "Try again later; whoever runs the broker has to look at its store.",
  },
  internal: {
    what: "The broker failed.",
    remedy: "Try again later; the broker's log says more, under the request ID.",
  },
};

/** Whom a token was for. */
interface Purpose {
  none: string;
  unused: string;
  later: string;
  lost: string;
  interrupted: string;
}

const job: Purpose = {
  none: "This job got no Fastly token",
  unused: "The job does not get it.",
  later: "post tries again",
  lost: "post looks for what may have been created",
  interrupted: "Interrupted before this job got a Fastly token; post ends whatever was created.",
};

export const helper: Purpose = {
  none: "No helper token could be created",
  unused: "It is not used.",
  later: "it expires within two minutes",
  lost: "what may have been created expires within two minutes",
  interrupted:
    "Interrupted while a helper token was being created; if it exists, it expires within two minutes.",
};

/** Why the broker gave no token. */
export function notExchanged(
  outcome: Exclude<ExchangeOutcome, { kind: "minted" }>,
  { url, rule, audience }: BrokerAddress,
  { none, unused, later, lost, interrupted } = job,
): string {
  switch (outcome.kind) {
    case "refused":
      return `${none} by the rule ${quoted(rule)}. ${refusalWords(outcome.refusal)}`;
    case "wider":
      return `The broker handed out token ${outcome.token.id}, but ${outcome.mismatches.map(mismatchWords).join("; ")}. ${unused} ${endingWords(outcome.status, later)} Check that the action and the broker are of the same version.`;
    case "malformed":
      return `The broker handed out a token, but ${outcome.reason}. ${unused} ${endingWords(outcome.status, later)}`;
    case "no-jwt":
      return `${none}, because GitHub gave it no OIDC token for the audience ${quoted(audience)} (${outcome.reason}). ${jwtRemedy(outcome.status)}`;
    case "failed":
      return `${none}, because the broker at ${quoted(new URL(url).origin)} gave no usable response (${outcome.reason}).${triedWords(outcome.tries)} Check the input broker, and that the broker is running; ${lost}.`;
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
  const hint = claim === "environment" ? ", since the job names no environment" : "";
  return `${oneLine(claim)} is not in this job's OIDC token${hint}`;
}

function jwtRemedy(status: number | undefined): string {
  return status === 401 || status === 403
    ? "Check permissions: id-token: write on the job. Workflows that a fork's pull request starts get none."
    : "GitHub's token endpoint may have failed: run the job again, or see GitHub's status page.";
}

function triedWords(tries: number): string {
  return tries > 1 ? ` It was tried ${tries} times.` : "";
}

export function tryingAgain(why: string, waitMs: number): string {
  return `No token yet (${why}); trying again ${soon(waitMs)}.`;
}
