/** What can keep a response from being read, as a closed list. */
export type HttpErrorCode =
  | "unreachable"
  | "proxy-failed"
  | "proxy-refused"
  | "untrusted-certificate"
  | "connection-lost"
  | "timed-out"
  | "response-too-large"
  | "aborted";

export interface HttpErrorDetails {
  code: HttpErrorCode;
  /** Half a sentence on what happened, without secrets or raw bytes. */
  reason: string;
  /** Whether any byte of the request may have left. */
  sent: boolean;
  cause?: Error;
}

/** The one error of a transport: no response was read. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly code: HttpErrorCode;
  readonly sent: boolean;

  constructor({ code, reason, sent, cause }: HttpErrorDetails) {
    super(reason, cause ? { cause } : {});
    this.code = code;
    this.sent = sent;
  }
}
