import type { FastlyError, FastlyErrorCode } from "../../fastly/index.ts";
import type { MissingHelper, StatusProblem } from "../../token/token-status.ts";
import { explain, meaningOf } from "./errors.ts";
import { noHelper } from "./minting.ts";

/** Two problems are one where a person would act on them alike: the same outage, whatever met it, or the same refusal. */
export function problemKey(problem: StatusProblem): string {
  switch (problem.kind) {
    case "error":
      return errorKey(problem.error);
    case "broker":
      return `broker ${problem.reason}`;
    // The words of the group say why each token could not revoke itself.
    case "no-helper":
      return `no-helper ${helperKey(problem.helper)}`;
    case "may-still-appear":
    case "list-without-key":
      return problem.kind;
  }
}

/** What Fastly itself refuses differs by its words; an outage does not differ by the request that meets it. */
function errorKey(error: FastlyError): string {
  return outages.has(error.code) ? error.code : `${meaningOf(error)} ${error.reason}`;
}

const outages: ReadonlySet<FastlyErrorCode> = new Set([
  "rate-limited",
  "server-error",
  "redirected",
  "unexpected-response",
  "malformed-response",
  "response-too-large",
  "unreachable",
  "proxy-failed",
  "proxy-refused",
  "untrusted-certificate",
  "connection-lost",
  "timed-out",
  "aborted",
]);

function helperKey(helper: MissingHelper): string {
  const error = helperError(helper);
  return error ? `${helper.kind} ${errorKey(error)}` : helper.kind;
}

function helperError(helper: MissingHelper): FastlyError | undefined {
  return "error" in helper ? helper.error : undefined;
}

/** Puts problems with one key into words: what they have in common once, and whatever is particular to some of them. */
export function problemWords(...problems: readonly [StatusProblem, ...StatusProblem[]]): string {
  const [problem] = problems;
  switch (problem.kind) {
    case "error":
      return explain(problem.error);
    case "may-still-appear":
      return "The response to the request to create the token was lost, and it is too early to say that the token was not created.";
    case "list-without-key":
      return "Fastly's list of tokens could not be verified: it does not include the token that read it, so others may be missing as well. Check the input api-url, and whether a proxy answers in Fastly's place. If neither is the cause, try again later.";
    case "broker":
      return `The broker could not confirm the revocation: ${problem.reason}.`;
    case "no-helper":
      return [missingHelper(problem.helper), ...selfWords(problems, helperError(problem.helper))].join(" ");
  }
}

/** Why tokens could not revoke themselves. What met the helper as well is not explained again. */
function selfWords(problems: readonly StatusProblem[], ofHelper: FastlyError | undefined): string[] {
  const errors = problems.flatMap((problem) =>
    problem.kind === "no-helper" && problem.selfError ? [problem.selfError] : [],
  );
  const distinct = [...new Map(errors.map((error) => [errorKey(error), error])).values()];
  return distinct.map((error) =>
    ofHelper && errorKey(ofHelper) === errorKey(error)
      ? `The token's self-revocation failed with the same error (${error.message}).`
      : explain(error),
  );
}

function missingHelper(helper: MissingHelper): string {
  switch (helper.kind) {
    case "no-credentials":
      return "This needs a helper token, and post has no credentials to create one.";
    case "other-credentials":
      return "This needs a helper token, but the credentials in post's inputs do not match what main saved, so they were not sent. In a composite action, the runner passes the inputs of an outer action to post.";
    case "changed-state":
      return "This needs a helper token, but the state that main saved for post has changed since, so no credentials were sent. Check whether another step of the job writes to the runner's files.";
    default:
      return noHelper(helper);
  }
}
