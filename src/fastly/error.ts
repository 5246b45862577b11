/**
 * What can go wrong between this client and Fastly, as a closed list.
 *
 * The first group are Fastly's own refusals (`msg` of `POST /tokens`, or the status); the second are
 * answers that cannot be believed; the third are failures on the way, where no answer was read.
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
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "rate-limited"
  | "server-error"
  | "redirected"
  | "unexpected-status"
  | "malformed-answer"
  | "answer-too-large"
  | "unreachable"
  | "proxy-failed"
  | "proxy-refused"
  | "untrusted-certificate"
  | "connection-lost"
  | "timed-out"
  | "aborted";

export interface FastlyErrorDetails {
  code: FastlyErrorCode;
  /** What was asked, such as `POST /tokens`. */
  operation: string;
  /** One sentence on what happened, without secrets or raw bytes. */
  reason: string;
  /** The HTTP status, where an answer was read. */
  status?: number;
  /** Fastly's `msg`, cleaned and shortened. */
  msg?: string;
  /** Fastly's `detail`, cleaned and shortened. */
  detail?: string;
  /** Whether the server may have carried the request out in spite of this error, in this try or an earlier one. */
  mayHaveHappened: boolean;
  /** How long the server asked to wait before another try, in milliseconds. */
  retryAfterMs?: number;
  /** The server's own time, where its answer stated one, in milliseconds since the epoch. */
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
