/** Every way in which the API says no. The first five codes are Fastly's own, as it sends them in `msg`. */
const answers = {
  invalid_grant: { status: 400, msg: "invalid_grant", detail: "The username or password is incorrect" },
  invalid_request: { status: 400, msg: "invalid_request", detail: "The username or password is missing" },
  invalid_scope: { status: 400, msg: "invalid_scope", detail: "The scope is unknown or malformed" },
  account_locked: {
    status: 400,
    msg: "account_locked",
    detail: "Too many wrong passwords locked the account",
  },
  second_factor: { status: 400, msg: "2fa.verify", detail: "Invalid one-time password" },
  malformed_expiry: {
    status: 422,
    msg: "Unprocessable Entity",
    detail: "expires_at must be a time in ISO 8601, UTC",
  },
  unknown_service: { status: 400, msg: "Bad request", detail: "A service is unknown to the customer" },
  token_limit: {
    status: 400,
    msg: "Bad request",
    detail: "The maximum number of live tokens for this user has been reached",
  },
  write_limit: {
    status: 429,
    msg: "Too many requests",
    detail: "The hourly limit of writes has been reached",
  },
  malformed_bulk: { status: 400, msg: "Bad request", detail: "The body is not a list of tokens" },
  bulk_maximum: {
    status: 400,
    msg: "Bad request",
    detail: "The maximum of tokens in one request is exceeded",
  },
  missing_surrogate_key: { status: 400, msg: "Bad request", detail: "The Surrogate-Key header is missing" },
  unsupported_body: {
    status: 415,
    msg: "Unsupported Media Type",
    detail: "The content type is not supported",
  },
  missing_token: { status: 401, msg: "Provided credentials are missing or invalid" },
  expired_token: {
    status: 401,
    msg: "Provided credentials are missing or invalid",
    detail: "Token has expired",
  },
  revoked_token: {
    status: 401,
    msg: "Provided credentials are missing or invalid",
    detail: "Token is revoked",
  },
  invalid_token: { status: 403, msg: "Provided credentials are invalid" },
  sudo_required: { status: 403, msg: "Forbidden", detail: "POST /sudo first: the sudo mode is not open" },
  forbidden: { status: 403, msg: "You are not authorized to perform this action" },
  not_found: { status: 404, msg: "Record not found", detail: "There is nothing here" },
} as const satisfies Record<string, { status: number; msg: string; detail?: string }>;

export type RefusalCode = keyof typeof answers;

export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly body: { msg: string; detail?: string };

  constructor(code: RefusalCode, status?: number) {
    super(code);
    const { status: documented, ...body } = answers[code];
    this.code = code;
    this.status = status ?? documented;
    this.body = body;
  }
}
