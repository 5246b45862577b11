import type { CreatedToken, FastlyError, FastlyErrorCode } from "../fastly/index.ts";
import { formatDuration } from "../text/duration.ts";
import type { Progress } from "../token/minting.ts";
import type { Mismatch } from "../token/mismatch.ts";
import type {
  MissingHelper,
  NotMinted,
  StatusProblem,
  TokenReport,
  TokenStatus,
} from "../token/token-status.ts";
import type { InputProblem } from "./inputs.ts";
import { quoted } from "./log.ts";

/* The one place that turns outcomes into words for a person: what failed, on what, and what to do next. */

/** What each error means and what to do about it; docs/troubleshooting.md lists the same. */
export const errorWords: Readonly<Record<FastlyErrorCode, { what: string; remedy: string }>> = {
  "refused-credentials": {
    what: "Fastly refused the username or the password.",
    remedy:
      "Nothing was tried again, so that the account does not lock. Check the inputs username and password, and that the user can sign in with them.",
  },
  "missing-credentials": {
    what: "Fastly says that the credentials are incomplete.",
    remedy: "Check the inputs username and password.",
  },
  "refused-otp": {
    what: "Fastly wants a one-time password, and the one given, if any, was not good.",
    remedy:
      "Give the user's two-factor secret in totp-secret, or a fresh code in otp; each code works once. Where the secret is right, check the machine's clock.",
  },
  "account-locked": {
    what: "Fastly has locked this user's account after wrong passwords.",
    remedy:
      "Nothing was tried again. Unlock it by resetting the password in Fastly's control panel, or ask Fastly's support; then put the new password into the secret.",
  },
  "invalid-scope": {
    what: "Fastly does not grant this scope to this user.",
    remedy: "Check the input scope against the user's role.",
  },
  "invalid-expiry": {
    what: "Fastly could not take the token's expiry.",
    remedy: "Check the machine's clock and the input expires-in.",
  },
  "token-limit": {
    what: "The user has as many live tokens as Fastly allows: 100 of 100.",
    remedy:
      "Room did not come free in time. Revoke tokens that nobody needs, give jobs a shorter expires-in or a longer timeout, or mint with another user.",
  },
  "bad-request": {
    what: "Fastly refused the request.",
    remedy: "Fastly's own words, where it gave any, say why.",
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
    what: "Fastly does not allow this to the user or the key.",
    remedy: "Check the user's role, and the input api-key if it is given.",
  },
  "not-found": {
    what: "Fastly does not know what was asked for.",
    remedy: "Check the input api-url.",
  },
  "rate-limited": {
    what: "Fastly's limit of writes in an hour is used up.",
    remedy: "Start fewer jobs at once, give them a longer timeout, or try again after the limit is reset.",
  },
  "server-error": {
    what: "Fastly's API has trouble of its own.",
    remedy: "Try again later; Fastly's status page may say more.",
  },
  redirected: {
    what: "The answer was a redirect, which is never followed, since it could carry credentials elsewhere.",
    remedy: "Check the input api-url, and whether a proxy stands in between.",
  },
  "unexpected-response": {
    what: "The response did not come from Fastly's API, or not in its form.",
    remedy: "Check the input api-url, and whether a proxy stands in between.",
  },
  "malformed-answer": {
    what: "The answer is not what Fastly documents.",
    remedy: "Check the input api-url, and whether a proxy stands in between.",
  },
  "answer-too-large": {
    what: "The answer is far larger than any of Fastly's.",
    remedy: "Check the input api-url, and whether a proxy stands in between.",
  },
  unreachable: {
    what: "Fastly's API could not be reached.",
    remedy: "Check the machine's network, the input api-url, and whether a proxy is needed.",
  },
  "proxy-failed": {
    what: "The proxy could not be reached, or has trouble of its own.",
    remedy:
      "Check HTTPS_PROXY, and whether the proxy allows this host; NO_PROXY names the hosts that need no proxy.",
  },
  "proxy-refused": {
    what: "The proxy refused to connect to Fastly's API.",
    remedy:
      "Nothing was tried again. Check the user and password in HTTPS_PROXY, and whether the proxy allows this host.",
  },
  "untrusted-certificate": {
    what: "A certificate is not trusted, so that nothing was sent.",
    remedy:
      "Check the input api-url, and the machine's clock. Behind a private certificate authority, name its certificate in NODE_EXTRA_CA_CERTS.",
  },
  "connection-lost": {
    what: "The connection to Fastly's API broke before the whole answer had come.",
    remedy: "Try again; if it stays so, check the machine's network.",
  },
  "timed-out": {
    what: "Fastly's API did not answer in time.",
    remedy: "Try again later, or give a longer timeout.",
  },
  aborted: {
    what: "The step was interrupted.",
    remedy: "Nothing needs to be done.",
  },
};

export function explain(error: FastlyError): string {
  const { what, remedy } = errorWords[error.code];
  const { retryAfterMs } = error;
  const reset = retryAfterMs === undefined ? "" : ` Fastly asks to wait for ${formatDuration(retryAfterMs)}.`;
  return `${what} ${remedy}${reset} (${error.message})`;
}

/** @param consequence what did not happen because of them */
export function inputProblems(
  problems: readonly InputProblem[],
  consequence = "No Fastly token was asked for",
): string {
  const lines = problems.map(({ input, problem }) => `Input ${input} ${problem}`);
  return [`${consequence}, because of the inputs.`, ...lines].join("\n");
}

export function created(token: CreatedToken): string {
  const where = token.services.length > 0 ? `services ${token.services.join(" ")}` : "every service";
  return `Created Fastly token ${token.id} with scope ${token.scope} on ${where}; it expires at ${token.expiresAt}.`;
}

export function renamed(asked: string, token: CreatedToken): string {
  return `Fastly calls token ${token.id} ${quoted(token.name, 300)} instead of ${quoted(asked, 300)}. This token is not affected, but one whose answer was lost could not be found by its name.`;
}

/** A token that dies much sooner than asked, because the machine's clock is behind. */
export function shortLived(lifetimeMs: number): string {
  return `This token lives for ${formatDuration(lifetimeMs)} only, since this machine's clock is behind Fastly's. Set the clock, or give a longer expires-in.`;
}

export const everyService =
  "The input services is empty, so this token covers every service of the customer. Name the services that the job touches.";

/** Why there is no token: the job's, of which post takes care, or a helper's, which lives for two minutes at most. */
export function notMinted(outcome: NotMinted, whose: "job" | "helper" = "job"): string {
  const fate = whose === "job" ? "The job does not get it." : "It was to be a helper.";
  const later = whose === "job" ? "post tries again" : "it dies by itself within two minutes";
  switch (outcome.kind) {
    case "failed": {
      const tries = outcome.tries > 1 ? ` It was tried ${outcome.tries} times.` : "";
      return `No Fastly token was created. ${explain(outcome.error)}${tries}`;
    }
    case "interrupted":
      return whose === "job"
        ? "Interrupted before a Fastly token was created; post ends whatever was made."
        : "Interrupted before a helper token was created; one that was made dies by itself within two minutes.";
    case "password-not-sent":
      return `The password was not sent${outcome.why === "refused" ? ", because Fastly had refused it" : " again, because it had been sent four times without being accepted"}: once more could lock the account.`;
    case "malformed":
      return `Fastly created a token, but the rest of the response was invalid. ${fate} ${endingWords(outcome.status, later)} ${explain(outcome.error)}`;
    case "not-as-asked": {
      const { token, mismatches, status } = outcome;
      const found = mismatches.map(mismatchWords).join("; ");
      return `Fastly created token ${token.id}, but ${found}. ${fate} ${endingWords(status, later)} Check the inputs against what Fastly grants this user, and the machine's clock.`;
    }
  }
}

/** Why a companion action had nothing to work with. */
export function noKeyToWorkWith(
  failed: { kind: "no-helper"; outcome: NotMinted } | { kind: "bad-key"; error: FastlyError },
): string {
  if (failed.kind === "bad-key") return explain(failed.error);
  const isFull = failed.outcome.kind === "failed" && failed.outcome.error.code === "token-limit";
  return `${notMinted(failed.outcome, "helper")}${isFull ? " An api-key would need no room for a helper token." : ""}`;
}

function mismatchWords(mismatch: Mismatch): string {
  switch (mismatch.kind) {
    case "wider-scope":
      return `its scope is ${quoted(mismatch.granted)}, wider than was asked for`;
    case "wider-services":
      return `it covers ${mismatch.granted.length === 0 ? "every service" : quoted(mismatch.granted.join(" "))}, more than was asked for`;
    case "never-expires":
      return "it never expires";
    case "lives-too-long":
      return `it lives for ${formatDuration(mismatch.lifetimeMs)}, longer than was asked for`;
    case "dead-on-arrival":
      return `it lives for ${formatDuration(Math.max(0, mismatch.lifetimeMs))} only, less than a job can use`;
  }
}

function endingWords(status: TokenStatus, later: string): string {
  switch (status.kind) {
    case "revoked":
      return "It was revoked at once.";
    case "already-gone":
      return "It is gone already.";
    default:
      return `It could not be revoked at once; ${later}.`;
  }
}

export function progress(told: Progress): string {
  const soon = `in ${formatDuration(told.waitMs)}`;
  switch (told.kind) {
    case "answer-lost":
      return `The answer to the create was lost (${told.error.message}). That token is looked for later; trying again ${soon} under another name.`;
    case "sudo-answer-lost":
      return `The answer to the request for sudo was lost (${told.error.message}); trying again ${soon}.`;
    case "waiting-for-connection":
      return `Not connected (${told.error.message}); trying again ${soon}.`;
    case "waiting-for-passcode":
      return `This one-time password was not good, or another job had used it; trying the next one ${soon}.`;
    case "waiting-for-room":
      return `The user has 100 of 100 live tokens; waiting for room, trying again ${soon} (${told.error.message}).`;
    case "waiting-for-rate-limit":
      return `Fastly's limit of writes in an hour is used up; trying again ${soon}.`;
    case "correcting-clock":
      return `This machine's clock is ${formatDuration(Math.abs(told.offsetMs))} ${told.offsetMs > 0 ? "behind" : "ahead of"} Fastly's; asking again by Fastly's clock.`;
  }
}

export const interrupted = "Interrupted before the work was done; what is told above is done.";

export const nothingLeft = "Main left no Fastly token alive, so there is nothing to revoke.";

export const nothingToRevoke = "No Fastly token was created here, so there is nothing to revoke.";

export const unreadableState =
  "What main left for post cannot be read, so that no token could be looked for. If main had created one, it dies by itself at its expiry; look for it in Fastly's control panel by this run's number.";

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
  return expiresAt === null ? "it never expires" : `it expires at ${expiresAt}`;
}

function problemWords(problem: StatusProblem): string {
  switch (problem.kind) {
    case "error":
      return explain(problem.error);
    case "may-still-appear":
      return "The response to its create was lost, and it is too early to say that it was never created.";
    case "list-without-helper":
      return "Fastly's list of tokens could not be verified: it does not show the helper token that read it.";
    case "no-helper": {
      const self = problem.selfError ? ` ${explain(problem.selfError)}` : "";
      return `${missingHelper(problem.helper)}${self}`;
    }
  }
}

function missingHelper(helper: MissingHelper): string {
  switch (helper.kind) {
    case "no-credentials":
      return "Post has no credentials to look it up with.";
    case "other-credentials":
      return "Post was given other credentials than main used, so it did not send them.";
    default:
      return `There is no helper token to look it up with. ${notMinted(helper, "helper")}`;
  }
}
