/** A client of Fastly's Tokens API, with every operation under its own name. See docs/tokens-api.md. */

export { type Clock, type Deadline, deadlineIn, earlier, systemClock } from "../http/clock.ts";
export { openFetchTransport } from "../http/fetch.ts";
export type { Transport } from "../http/transport.ts";
export { isoTime } from "../text/iso-time.ts";
export { type Bounds, connectApi, type FastlyApi, type FastlyApiOptions } from "./api.ts";
export { bulkRevokeTokens } from "./bulk-revoke-tokens.ts";
export { createToken, type MintingCredentials, type TokenOrder } from "./create-token.ts";
export { type AccountNeed, asFastlyError, FastlyError, type FastlyErrorCode } from "./error.ts";
export { getToken } from "./get-token.ts";
export { getTokenCurrent } from "./get-token-current.ts";
export { listTokensCustomer } from "./list-tokens-customer.ts";
export { listTokensUser } from "./list-tokens-user.ts";
export { requestSudo } from "./request-sudo.ts";
export { revokeToken } from "./revoke-token.ts";
export { revokeTokenCurrent } from "./revoke-token-current.ts";
export { type CreatedToken, type Scope, scopes, type Token } from "./token.ts";
