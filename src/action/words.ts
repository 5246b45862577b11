import type { AccountNeed, CreatedToken, FastlyError, FastlyErrorCode } from "../fastly/index.ts";
import { formatDuration } from "../text/duration.ts";
import type { Credentials, Progress } from "../token/minting.ts";
import type { Mismatch } from "../token/mismatch.ts";
import type {
  MissingHelper,
  NotMinted,
  StatusProblem,
  TokenReport,
  TokenStatus,
} from "../token/token-status.ts";
import type { InputProblem } from "./inputs/input.ts";
import { replacements } from "./inputs/main-inputs.ts";
import { quoted } from "./log.ts";
import type { RunnerFile } from "./runner-files.ts";

/* The one place that turns outcomes into words for a person: what failed, on what, and what to do next. */

/** What each error means and what to do about it; docs/troubleshooting.md lists the same. */
const errorWords: Readonly<Record<FastlyErrorCode, { what: string; remedy: string }>> = {
  "refused-credentials": {
    what: "Fastly refused the username or the password.",
    remedy:
      "They were not sent again, so that the account does not lock. Check the inputs username and password, and that the user can sign in with them.",
  },
  "missing-credentials": {
    what: "Fastly reports that the credentials are incomplete.",
    remedy: "Check the inputs username and password.",
  },
  "refused-otp": {
    what: "Fastly rejected the one-time password.",
    remedy:
      "Check that totp-secret belongs to this user, and the machine's clock. Each one-time password works once, so other jobs may have used it.",
  },
  "account-locked": {
    what: "Fastly has locked this user's account after wrong passwords.",
    remedy:
      "The credentials were not sent again. Reset the password in Fastly's control panel, or ask Fastly's support; then store the new password in the secret.",
  },
  "invalid-scope": {
    what: "Fastly does not grant this scope to this user.",
    remedy: "Check the input scope against the user's role.",
  },
  "invalid-expiry": {
    what: "Fastly rejected the token's expiry.",
    remedy: "Check the machine's clock and the input expires-in.",
  },
  "token-limit": {
    what: "The user has reached Fastly's limit of live tokens: 100 of 100.",
    remedy:
      "No place became free in time. Revoke tokens that nobody needs, give jobs a shorter expires-in or a longer timeout, or use another user.",
  },
  "bad-request": {
    what: "Fastly refused the request.",
    remedy: "Fastly's own message, if there is one, says why.",
  },
  unauthorized: {
    what: "Fastly does not know the key, or it has expired.",
    remedy: "Check the input api-key, if it is given.",
  },
  "expired-key": {
    what: "The key has expired.",
    remedy: "Give a key that is still valid.",
  },
  forbidden: {
    what: "Fastly does not allow this for this user or key.",
    remedy: "Check the user's role, and the input api-key if it is given.",
  },
  "not-found": {
    what: "Fastly does not know what was asked for.",
    remedy: "Check the input api-url.",
  },
  "rate-limited": {
    what: "Fastly's hourly limit of writes is used up.",
    remedy: "Start fewer jobs at once, give them a longer timeout, or try again after the limit is reset.",
  },
  "server-error": {
    what: "Fastly's API has a problem of its own.",
    remedy: "Try again later; Fastly's status page may say more.",
  },
  redirected: {
    what: "The response was a redirect. Redirects are never followed, since they could carry credentials elsewhere.",
    remedy: "Check the input api-url, and whether a proxy is in between.",
  },
  "unexpected-response": {
    what: "The response did not come from Fastly's API, or is not in its form.",
    remedy: "Check the input api-url, and whether a proxy is in between.",
  },
  "malformed-response": {
    what: "The response is not what Fastly documents.",
    remedy: "Check the input api-url, and whether a proxy is in between.",
  },
  "response-too-large": {
    what: "The response is far larger than any of Fastly's.",
    remedy: "Check the input api-url, and whether a proxy is in between.",
  },
  unreachable: {
    what: "Fastly's API could not be reached.",
    remedy: "Check the machine's network, the input api-url, and whether a proxy is needed.",
  },
  "proxy-failed": {
    what: "The proxy could not be reached, or has a problem of its own.",
    remedy:
      "Check HTTPS_PROXY, and whether the proxy allows this host; NO_PROXY names the hosts that need no proxy.",
  },
  "proxy-refused": {
    what: "The proxy refused to connect to Fastly's API.",
    remedy:
      "The proxy was not asked again. Check the user name and password in HTTPS_PROXY, and whether the proxy allows this host.",
  },
  "untrusted-certificate": {
    what: "A certificate is not trusted, so nothing was sent.",
    remedy:
      "Check the input api-url, and the machine's clock. Behind a private certificate authority, name its certificate in NODE_EXTRA_CA_CERTS.",
  },
  "connection-lost": {
    what: "The connection to Fastly's API broke before the response was complete.",
    remedy: "Try again; if it happens again, check the machine's network.",
  },
  "timed-out": {
    what: "Fastly's API did not answer in time.",
    remedy: "Try again later, or give a longer timeout.",
  },
  aborted: {
    what: "The step was interrupted.",
    remedy: "Run the job again if it should have finished.",
  },
};

/** What Fastly's control panel asks of a user before anything else. */
const accountNeedWords: Readonly<Record<AccountNeed, { what: string; remedy: string }>> = {
  "two-factor-setup": {
    what: "Fastly requires this user to set up two-factor authentication.",
    remedy: "Sign in to Fastly's control panel as this user, set it up, and give its secret in totp-secret.",
  },
  "password-rotation": {
    what: "Fastly requires this user to change the password.",
    remedy:
      "Sign in to Fastly's control panel as this user, change it, and store the new password in the secret.",
  },
  "single-sign-on": {
    what: "Fastly requires this user to sign in by single sign-on, so the password cannot create a token.",
    remedy: "Use a user that may sign in with a password.",
  },
};

function wordsOf({ accountNeeds, operation, code }: FastlyError): { what: string; remedy: string } {
  if (accountNeeds) return accountNeedWords[accountNeeds];
  const isSignIn = operation === "POST /tokens" && (code === "unauthorized" || code === "forbidden");
  if (operation === "DELETE /tokens/self" && code === "forbidden") return refusedSelf;
  return isSignIn ? refusedSignIn : errorWords[code];
}

/** 403 alone does not tell which of the two it is. */
const refusedSelf = {
  what: "Fastly does not let this token revoke itself: it is not valid, or its scope does not allow that.",
  remedy: "Revoke it by its ID, with credentials of its user.",
};

/** A create carries no key: it is the user that Fastly does not accept. */
const refusedSignIn = {
  what: "Fastly does not let this user create a token.",
  remedy:
    "The credentials were not sent again, so that the account does not lock. Check the inputs username and password, the user's role, and whether the account allows to sign in with a password.",
};

export function explain(error: FastlyError): string {
  const { what, remedy } = wordsOf(error);
  const { retryAfterMs } = error;
  const reset = !retryAfterMs ? "" : ` Fastly asks to wait for ${formatDuration(retryAfterMs)}.`;
  return `${what} ${remedy}${reset} (${error.message})`;
}

/** @param consequence what did not happen because of them */
export function inputProblems(
  problems: readonly InputProblem[],
  consequence = "No Fastly token was asked for",
): string {
  const lines = problems.map(({ input, problem }) =>
    /^[A-Z_]+$/.test(input) ? `Environment variable ${input} ${problem}` : `Input ${input} ${problem}`,
  );
  return [`${consequence}, because of the inputs.`, ...lines].join("\n");
}

/** An input that this action no longer has. */
export function formerInput(input: string): string {
  return `This action has no input ${input}; it was ignored. ${replacements[input] ?? ""}`;
}

export function unwritableFile(file: RunnerFile, code: string | undefined): string {
  const why = code === undefined ? "it is missing" : (unwritable[code] ?? "the system refused it");
  const reason = code === undefined ? "" : ` (${code})`;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const remedy = isFull
    ? "Free disk space on the runner, or use another one."
    : "Check whether an earlier step changed the runner's temporary directory.";
  return `The runner's file for ${file} could not be written: ${why}${reason}. ${remedy} A token that main created is ended by post.`;
}

const unwritable: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "access is denied",
};

export function unexpectedError(message: string): string {
  return `Something unexpected went wrong: ${message || "an error without a message"}. Please report it with the step's log.`;
}

export function created(token: CreatedToken): string {
  const where = token.services.length > 0 ? `services ${token.services.join(" ")}` : "every service";
  return `Created Fastly token ${token.id} with scope ${token.scope} on ${where}; it expires at ${token.expiresAt}.`;
}

export function renamed(asked: string, token: CreatedToken): string {
  return `Fastly calls token ${token.id} ${quoted(token.name, 300)} instead of ${quoted(asked, 300)}. This token is not affected, but one whose response is lost could not be found by its name.`;
}

/** A token that dies much sooner than asked, because the machine's clock is behind. */
export function shortLived(lifetimeMs: number): string {
  return `This token lives for ${formatDuration(lifetimeMs)} only, since this machine's clock is behind Fastly's. Set the clock, or give a longer expires-in.`;
}

export const everyService =
  "This token covers every service of the customer. Name the services that the job touches in the input services.";

/** Why the job got no token. Post takes care of what may have been made. */
export function notMinted(outcome: NotMinted, credentials: Pick<Credentials, "otpSource">): string {
  const later = "post tries again";
  switch (outcome.kind) {
    case "failed":
      return `This job got no Fastly token. ${failedWords(outcome, credentials)}`;
    case "interrupted":
      return "Interrupted before this job got a Fastly token; post ends whatever was created.";
    case "password-not-sent":
      return `This job got no Fastly token. ${passwordNotSent[outcome.why]}`;
    case "malformed":
      return `Fastly created a token, but the response was invalid. The job does not get it. ${endingWords(outcome.status, later)} ${explain(outcome.error)}`;
    case "not-as-asked":
      return `${mismatched(outcome)} The job does not get it. ${endingWords(outcome.status, later)} ${checkInputs}`;
  }
}

/** Why there is no helper token; one that was made lives for two minutes at most. */
function noHelper(outcome: NotMinted): string {
  const later = "it expires within two minutes";
  switch (outcome.kind) {
    case "failed":
      return `There is no helper token. ${failedWords(outcome)}`;
    case "interrupted":
      return "Interrupted before there was a helper token; one that was created expires within two minutes.";
    case "password-not-sent":
      return `There is no helper token. ${passwordNotSent[outcome.why]}`;
    case "malformed":
      return `Fastly created a helper token, but the response was invalid. ${endingWords(outcome.status, later)} ${explain(outcome.error)}`;
    case "not-as-asked":
      return `${mismatched(outcome)} It was to be a helper token. ${endingWords(outcome.status, later)} ${checkInputs}`;
  }
}

const passwordNotSent = {
  refused:
    "Fastly refused the username or the password before, so they were not sent again: the account could lock.",
  "sent-too-often":
    "The password was sent four times without being accepted, so it was not sent again: the account could lock.",
} as const;

const checkInputs = "Check the inputs against what Fastly grants this user, and the machine's clock.";

function failedWords(
  { error, tries }: Extract<NotMinted, { kind: "failed" }>,
  credentials?: Pick<Credentials, "otpSource">,
): string {
  const tried = tries > 1 ? ` It was tried ${tries} times.` : "";
  const isMissing = error.code === "refused-otp" && credentials?.otpSource.kind === "none";
  return `${isMissing ? `${noTotpSecret} (${error.message})` : explain(error)}${tried}`;
}

const noTotpSecret =
  "Fastly wants a one-time password, and none was given: this user has two-factor authentication. Give the user's two-factor secret in the input totp-secret.";

function mismatched({ token, mismatches }: Extract<NotMinted, { kind: "not-as-asked" }>): string {
  return `Fastly created token ${token.id}, but ${mismatches.map(mismatchWords).join("; ")}.`;
}

/** Why a companion action had nothing to work with. */
export function noKeyToWorkWith(
  failed:
    | { kind: "no-helper"; outcome: NotMinted }
    | { kind: "bad-key"; error: FastlyError }
    | { kind: "no-key"; text: string },
): string {
  if (failed.kind === "no-key") return failed.text;
  if (failed.kind === "bad-key") return badKey(failed.error);
  const isFull = failed.outcome.kind === "failed" && failed.outcome.error.code === "token-limit";
  return `${noHelper(failed.outcome)}${isFull ? " With an api-key no helper token is needed." : ""}`;
}

/** The key was asked about itself, before anything else: whatever is wrong is wrong with the key, or on the way. */
function badKey(error: FastlyError): string {
  const isRejected = rejections.has(error.code);
  return `${isRejected ? "The key in the input api-key was rejected: it is incomplete, expired or revoked. " : ""}${explain(error)}`;
}

const rejections: ReadonlySet<FastlyErrorCode> = new Set([
  "unauthorized",
  "expired-key",
  "forbidden",
  "not-found",
]);

/**
 * Helper tokens that could not be ended, in one line.
 *
 * @param isExplained whether another message has said already what went wrong
 */
export function leftoverHelpers(helpers: readonly TokenReport[], isExplained: boolean): string {
  const [first] = helpers;
  const which = helpers.map(({ id, name }) => id ?? `named ${quoted(name, 300)}`).join(", ");
  const last = helpers
    .map(({ expiresAt }) => expiresAt ?? "never")
    .toSorted()
    .at(-1);
  const why =
    first && !isExplained && "problem" in first.status ? ` ${problemWords(first.status.problem)}` : "";
  return helpers.length === 1
    ? `Leftover helper token ${which} may be alive; it expires by itself at ${last}.${why}`
    : `Leftover helper tokens may be alive: ${which}. The last of them expires by itself at ${last}.${why}`;
}

export function mismatchWords(mismatch: Mismatch): string {
  switch (mismatch.kind) {
    case "wider-scope":
      return `its scope is ${quoted(mismatch.granted)}, wider than requested`;
    case "wider-services":
      return `it covers ${mismatch.granted.length === 0 ? "every service" : quoted(mismatch.granted.join(" "))}, more than requested`;
    case "never-expires":
      return "it never expires";
    case "lives-too-long":
      return `it lives for ${formatDuration(mismatch.lifetimeMs)}, longer than requested`;
    case "dead-on-arrival":
      return `it lives for ${formatDuration(Math.max(0, mismatch.lifetimeMs))} only, too short for a job`;
  }
}

export function endingWords(status: TokenStatus, later: string): string {
  switch (status.kind) {
    case "revoked":
      return "It was revoked at once.";
    case "already-gone":
      return "It is already gone.";
    default:
      return `It could not be revoked at once; ${later}.`;
  }
}

export function progress(reported: Progress): string {
  const soon = `in ${formatDuration(reported.waitMs)}`;
  switch (reported.kind) {
    case "response-lost":
      return `The response to the create was lost (${reported.error.message}). Post looks for that token; trying again ${soon} under another name.`;
    case "sudo-response-lost":
      return `The response to the request for sudo was lost (${reported.error.message}); trying again ${soon}.`;
    case "waiting-for-connection":
      return `Not connected (${reported.error.message}); trying again ${soon}.`;
    case "waiting-for-otp":
      return `This one-time password was rejected, or another job had used it; trying the next one ${soon}.`;
    case "waiting-for-room":
      return `The user has 100 of 100 live tokens; waiting for room, trying again ${soon} (${reported.error.message}).`;
    case "waiting-for-rate-limit":
      return `Fastly's hourly limit of writes is used up; trying again ${soon}.`;
    case "correcting-clock":
      return `This machine's clock is ${formatDuration(Math.abs(reported.offsetMs))} ${reported.offsetMs > 0 ? "behind" : "ahead of"} Fastly's; asking again by Fastly's clock.`;
  }
}

export const interrupted = "Interrupted before the work was done; what is reported above is done.";

export const nothingLeft = "Main left no Fastly token alive, so there is nothing to revoke.";

export const nothingToRevoke = "This step asked for no Fastly token, so there is nothing to revoke.";

const lookForIt =
  "If main created a token, it expires by itself; look for it in Fastly's control panel by this run's number.";

/** Why post goes by nothing, and sends nothing. */
export const unusableState = {
  unreadable: `What main saved for post cannot be read, so nothing was sent. ${lookForIt}`,
  "another-step": `What was saved for post belongs to another run, job or step, so nothing was sent. ${lookForIt}`,
} as const;

/** What became of one token, and how it is reported. */
export function ended(token: TokenReport): { level: "info" | "problem"; text: string } {
  const which = token.id ?? `named ${quoted(token.name, 300)}`;
  const { status } = token;
  switch (status.kind) {
    case "revoked":
      return { level: "info", text: `Revoked Fastly token ${which}.` };
    case "already-gone": {
      const how = status.how === "expired" ? "it has expired" : "it was revoked before";
      return { level: "info", text: `Fastly token ${which} is already gone: ${how}.` };
    }
    case "never-created":
      return { level: "info", text: `Fastly token ${which} was never created.` };
    case "kept":
      return {
        level: "info",
        text: `Fastly token ${which} stays alive, because revoke is false; ${expiry(token)}.`,
      };
    case "still-alive":
    case "unknown": {
      const state = status.kind === "unknown" ? "may be alive" : "is still alive";
      const advice = "To end it now, revoke it in Fastly's control panel.";
      const text = `Fastly token ${which} ${state}; ${expiry(token)}. ${problemWords(status.problem)} ${advice}`;
      return { level: "problem", text };
    }
  }
}

function expiry({ expiresAt }: TokenReport): string {
  return expiresAt === null ? "it never expires by itself" : `it expires by itself at ${expiresAt}`;
}

export function problemWords(problem: StatusProblem): string {
  switch (problem.kind) {
    case "error":
      return explain(problem.error);
    case "may-still-appear":
      return "The response to its create was lost, and it is too early to say that it was never created.";
    case "list-without-helper":
      return "Fastly's list of tokens could not be verified: it does not show the helper token that read it.";
    case "broker":
      return `The broker could have ended it, but did not: ${problem.reason}.`;
    case "no-helper": {
      const self = problem.selfError ? ` ${explain(problem.selfError)}` : "";
      return `${missingHelper(problem.helper)}${self}`;
    }
  }
}

function missingHelper(helper: MissingHelper): string {
  switch (helper.kind) {
    case "no-credentials":
      return "A helper token was needed, and post has no credentials to create one.";
    case "other-credentials":
      return "A helper token was needed, and post was given other credentials than main used, so they were not sent. Within composite actions the runner gives post the inputs of an outer action.";
    default:
      return `A helper token was needed. ${noHelper(helper)}`;
  }
}
