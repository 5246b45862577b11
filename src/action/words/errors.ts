import type { AccountNeed, FastlyError, FastlyErrorCode } from "../../fastly/index.ts";
import { formatDuration } from "../../text/duration.ts";

/** What each error means and what to do about it; docs/troubleshooting.md lists the same. */
const errorWords: Readonly<Record<FastlyErrorCode, { what: string; remedy: string }>> = {
  "refused-credentials": {
    what: "Fastly rejected the username or password.",
    remedy:
      "They were not sent again, to avoid locking the account. Check the inputs username and password, and that the user can sign in with them.",
  },
  "missing-credentials": {
    what: "Fastly reports that the credentials are incomplete.",
    remedy: "Check the inputs username and password.",
  },
  "refused-otp": {
    what: "Fastly rejected the one-time password.",
    remedy:
      "Check that totp-secret belongs to this user, and that the machine's clock is right. Each one-time password works only once, so another job may have used it.",
  },
  "account-locked": {
    what: "Fastly has locked this user's account because of wrong passwords.",
    remedy:
      "The credentials were not sent again. Reset the password in Fastly's control panel, or contact Fastly's support. Then store the new password in the secret.",
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
    what: "The user has reached Fastly's limit on live tokens, and none of them ended in time.",
    remedy:
      "Revoke tokens that are no longer needed, set a shorter expires-in or a longer timeout, or use another user.",
  },
  "bad-request": {
    what: "Fastly refused the request.",
    remedy: "Fastly's own message, if any, gives the reason.",
  },
  unauthorized: {
    what: "Fastly does not know the key, or the key has expired.",
    remedy: "Check the input api-key, if you set it.",
  },
  "expired-key": {
    what: "Fastly says that the key has expired.",
    remedy: "Use a key that is still valid.",
  },
  forbidden: {
    what: "Fastly does not allow this for this user or key.",
    remedy: "Check the user's role, and the input api-key if you set it.",
  },
  "not-found": {
    what: "Fastly could not find what was asked for.",
    remedy: "Check the input api-url.",
  },
  "rate-limited": {
    what: "Fastly's hourly limit on write requests is used up.",
    remedy: "Start fewer jobs at once, set a longer timeout, or try again after the limit resets.",
  },
  "server-error": {
    what: "Fastly's API returned a server error.",
    remedy: "Try again later, and check Fastly's status page.",
  },
  redirected: {
    what: "The response was a redirect. Redirects are not followed, because they could send credentials elsewhere.",
    remedy: "Check the input api-url, and whether a proxy intercepts the connection.",
  },
  "unexpected-response": {
    what: "The response did not come from Fastly's API, or is not in its format.",
    remedy: "Check the input api-url, and whether a proxy intercepts the connection.",
  },
  "malformed-response": {
    what: "The response does not match Fastly's documentation.",
    remedy: "Check the input api-url, and whether a proxy intercepts the connection.",
  },
  "response-too-large": {
    what: "The response is far larger than any response from Fastly.",
    remedy: "Check the input api-url, and whether a proxy intercepts the connection.",
  },
  unreachable: {
    what: "Fastly's API could not be reached.",
    remedy: "Check the machine's network, the input api-url, and whether a proxy is needed.",
  },
  "proxy-failed": {
    what: "The proxy could not be reached, or returned an error.",
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
      "Check the input api-url, and the machine's clock. For a private certificate authority, set NODE_EXTRA_CA_CERTS to its certificate file.",
  },
  "connection-lost": {
    what: "The connection to Fastly's API broke before the response was complete.",
    remedy: "Try again. If it happens again, check the machine's network.",
  },
  "timed-out": {
    what: "Fastly's API did not respond in time.",
    remedy: "Try again later, or set a longer timeout.",
  },
  aborted: {
    what: "The step was interrupted.",
    remedy: "Run the job again if you did not cancel it.",
  },
};

/** What Fastly's control panel asks of a user before anything else. */
const accountNeedWords: Readonly<Record<AccountNeed, { what: string; remedy: string }>> = {
  "two-factor-setup": {
    what: "Fastly requires this user to set up two-factor authentication.",
    remedy:
      "Sign in to Fastly's control panel as this user, set it up, and pass its secret in the input totp-secret.",
  },
  "password-rotation": {
    what: "Fastly requires this user to change the password.",
    remedy:
      "Sign in to Fastly's control panel as this user, change it, and store the new password in the secret.",
  },
  "single-sign-on": {
    what: "Fastly requires single sign-on for this user, so a password cannot create a token.",
    remedy: "Use a user that can sign in with a password.",
  },
};

function wordsOf({ accountNeeds, operation, code, msg }: FastlyError): { what: string; remedy: string } {
  if (accountNeeds) return accountNeedWords[accountNeeds];
  const isSignIn = operation === "POST /tokens" && (code === "unauthorized" || code === "forbidden");
  if (operation === "DELETE /tokens/self" && code === "forbidden") return refusedSelf;
  if (code === "rate-limited" && msg === undefined) return limitedByOther;
  return isSignIn ? refusedSignIn : errorWords[code];
}

/** HTTP 403 alone does not say which of the two it is. */
const refusedSelf = {
  what: "Fastly does not let this token revoke itself: it is not valid, or its scope does not allow that.",
  remedy: "Revoke it by ID, with the credentials of its user.",
};

/** Fastly's own 429 has a message. */
const limitedByOther = {
  what: "The response says that there were too many requests, but it is not in the format of Fastly's API.",
  remedy: "Check whether a proxy intercepts the connection, start fewer jobs at once, or try again later.",
};

/** A create carries no key: it is the user that Fastly does not accept. */
const refusedSignIn = {
  what: "Fastly does not let this user create a token.",
  remedy:
    "The credentials were not sent again, to avoid locking the account. Check the inputs username and password, the user's role, and whether the account allows password sign-in.",
};

/** What happened, without the remedy and the particulars. */
export function meaningOf(error: FastlyError): string {
  return wordsOf(error).what;
}

export function explain(error: FastlyError): string {
  const { what, remedy } = wordsOf(error);
  const { retryAfterMs } = error;
  const reset = !retryAfterMs ? "" : ` The response asks you to wait ${formatDuration(retryAfterMs)}.`;
  return `${what} ${remedy}${reset} (${error.message})`;
}
