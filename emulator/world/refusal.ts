type RefusalResponse = {
  status: number;
  msg: string;
  detail?: string;
  headers?: Record<string, string>;
  /** Whether `msg` is one of the codes that `POST /tokens` documents. */
  isCode?: true;
  /** Whether a username and password were refused. */
  refusesCredentials?: true;
  /** Whether Fastly's edge says no, before its API hears of the request. */
  fromEdge?: true;
};

const locked = "Too many wrong passwords locked the account";
const missing = "Provided credentials are missing or invalid";

/** Every way in which the API says no. What is not recorded or documented is worded so that nobody can rely on it. */
const responses = {
  invalid_grant: {
    status: 400,
    msg: "invalid_grant",
    detail: "The username or password is incorrect",
    isCode: true,
    refusesCredentials: true,
  },
  account_locked: {
    status: 400,
    msg: "account_locked",
    detail: locked,
    isCode: true,
    refusesCredentials: true,
  },
  invalid_request: {
    status: 400,
    msg: "invalid_request",
    detail: "The username or password is missing",
    isCode: true,
  },
  invalid_scope: {
    status: 400,
    msg: "invalid_scope",
    detail: "The scope is unknown or malformed",
    isCode: true,
  },
  second_factor: { status: 400, msg: "2fa.verify", detail: "Invalid one-time password", isCode: true },
  sudo_refused: {
    status: 403,
    msg: "The supplied username/password combination is not correct",
    refusesCredentials: true,
  },
  single_sign_on: { status: 403, msg: "Single sign-on is required", refusesCredentials: true },
  password_expired: {
    status: 403,
    msg: "The password has expired",
    headers: { "Fastly-Password": "rotate" },
    refusesCredentials: true,
  },
  second_factor_setup: {
    status: 403,
    msg: "Two-factor authentication must be set up",
    headers: { "Fastly-OTP": "setup" },
    refusesCredentials: true,
  },
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
    msg: "You have exceeded your hourly rate limit. Please contact support@fastly.com if you think this is a mistake.",
  },
  malformed_bulk: { status: 400, msg: "Bad request", detail: "The body is not a list of tokens" },
  bulk_maximum: {
    status: 400,
    msg: "Bad request",
    detail: "The maximum of tokens in one request is exceeded",
  },
  malformed_automation_token: { status: 400, msg: "Bad request", detail: "The name or the role is missing" },
  missing_surrogate_key: { status: 400, msg: "Bad request", detail: "The Surrogate-Key header is missing" },
  malformed_package: { status: 400, msg: "Bad request", detail: "Failed to extract metadata from package" },
  version_locked: { status: 422, msg: "Version locked", detail: "The version is locked" },
  unsupported_body: {
    status: 415,
    msg: "Unsupported Media Type",
    detail: "The content type is not supported",
  },
  missing_token: { status: 401, msg: missing, headers: { "Retry-After": "0" }, fromEdge: true },
  expired_token: { status: 401, msg: "Token expired" },
  dead_or_unknown_token: { status: 401, msg: missing },
  sudo_required: { status: 403, msg: "You must POST /sudo to access this endpoint" },
  read_only_token: { status: 403, msg: "Read only tokens are not allowed to access this endpoint" },
  forbidden: { status: 403, msg: "You are not authorized to perform this action" },
  not_found: { status: 404, msg: "Record not found" },
  no_such_route: {
    status: 501,
    msg: "Not emulated",
    detail: "This emulator has no such route. It says nothing about Fastly's API.",
  },
} as const satisfies Record<string, RefusalResponse>;

export type RefusalCode = keyof typeof responses;

export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly response: RefusalResponse;

  constructor(code: RefusalCode, changes: Partial<Pick<RefusalResponse, "status" | "msg" | "headers">> = {}) {
    super(code);
    this.code = code;
    this.response = { ...responses[code], ...changes };
  }
}

export type RefusalField = "msg" | "code" | "both";

/** `field` is where the documented codes stand: clients in use read `msg`, a documented schema has `code`. */
export function refusalBody(
  { msg, detail, isCode }: RefusalResponse,
  field: RefusalField,
): Record<string, string> {
  const explained = detail === undefined ? {} : { detail };
  if (!isCode || field === "msg") return { msg, ...explained };
  return field === "code" ? { code: msg, ...explained } : { msg, code: msg, ...explained };
}
