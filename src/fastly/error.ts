/**
 * What can go wrong between this client and Fastly, as a closed list.
 *
 * The first group, up to `rate-limited`, are Fastly's own refusals: the response's body is Fastly's (JSON with a
 * `msg`), so that only Fastly can have said it. The second are responses that prove nothing; the third are failures
 * on the way, where no response was read.
 */
export type FastlyErrorCode =
  | "refused-credentials"
  | "missing-credentials"
  | "refused-otp"
  | "account-locked"
  | "invalid-scope"
  | "invalid-expiry"
  | "token-limit"
  | "bad-request"
  /** 401: Fastly does not accept this key. */
  | "unauthorized"
  /** 401 `Token <id> expired at <time>`: the key was good until then (recorded). */
  | "expired-key"
  | "forbidden"
  | "not-found"
  | "rate-limited"
  | "server-error"
  | "redirected"
  /** A response that Fastly does not give here, or that is not in its form: a proxy, a login page, an edge. */
  | "unexpected-response"
  | "malformed-response"
  | "response-too-large"
  | "unreachable"
  | "proxy-failed"
  | "proxy-refused"
  | "untrusted-certificate"
  | "connection-lost"
  | "timed-out"
  | "aborted";

/** Named by the headers `Fastly-OTP: setup`, `Fastly-Password: rotate` and `Fastly-SSO-Login-Url` (assumed: account-needs). */
export type AccountNeed = "two-factor-setup" | "password-rotation" | "single-sign-on";

export interface FastlyErrorDetails {
  code: FastlyErrorCode;
  /** What was asked, such as `POST /tokens`. */
  operation: string;
  /** One sentence on what happened, without secrets or raw bytes. */
  reason: string;
  /** The HTTP status, where a response was read. */
  status?: number;
  /** Fastly's `msg`, cleaned and shortened. */
  msg?: string;
  /** Fastly's `detail`, cleaned and shortened. */
  detail?: string;
  /** Whether the server may have carried the request out in spite of this error, in this try or an earlier one. */
  mayHaveHappened: boolean;
  /** What the account needs before it may create tokens, where a refusal's headers say so. */
  accountNeeds?: AccountNeed;
  /** How long the server asked to wait before another try, in milliseconds. */
  retryAfterMs?: number;
  /** The server's own time, where its response stated one, in milliseconds since the epoch. */
  serverNow?: number;
  cause?: Error;
}

/**
 * The one error of this client. Its message is never empty and neither it nor its cause holds a
 * secret or a server's raw bytes.
 */
export class FastlyError extends Error {
  override readonly name = "FastlyError";
  readonly code: FastlyErrorCode;
  readonly operation: string;
  readonly reason: string;
  readonly status: number | undefined;
  readonly msg: string | undefined;
  readonly detail: string | undefined;
  mayHaveHappened: boolean;
  readonly accountNeeds: AccountNeed | undefined;
  readonly retryAfterMs: number | undefined;
  readonly serverNow: number | undefined;

  constructor(details: FastlyErrorDetails) {
    super(`${details.operation}: ${details.reason}`, details.cause ? { cause: details.cause } : {});
    this.code = details.code;
    this.operation = details.operation;
    this.reason = details.reason;
    this.status = details.status;
    this.msg = details.msg;
    this.detail = details.detail;
    this.mayHaveHappened = details.mayHaveHappened;
    this.accountNeeds = details.accountNeeds;
    this.retryAfterMs = details.retryAfterMs;
    this.serverNow = details.serverNow;
  }
}

/**
 * What a `catch` around an operation of this client may believe to have caught.
 *
 * @throws whatever else it was: a mistake in the program, which nobody may take for trouble with Fastly
 */
export function asFastlyError(error: unknown): FastlyError {
  if (error instanceof FastlyError) return error;
  throw error;
}
