/** A client of Fastly's Tokens API, with every operation under its own name. See docs/contributing/tokens-api.md. */

export { type Clock, type Deadline, deadlineIn, earlier, systemClock } from "../http/clock.ts";
export { openFetchTransport } from "../http/fetch.ts";
export type { Transport } from "../http/transport.ts";
export { isoTime } from "../text/iso-time.ts";
export { type Bounds, connectApi, type FastlyApi, type FastlyApiOptions } from "./api.ts";
export { type AccountNeed, asFastlyError, FastlyError, type FastlyErrorCode } from "./error.ts";
export { type CreatedToken, type Scope, scopes, type Token } from "./shapes.ts";
export {
  bulkRevokeTokens,
  createToken,
  getToken,
  getTokenCurrent,
  listTokensCustomer,
  listTokensUser,
  type MintingCredentials,
  requestSudo,
  revokeToken,
  revokeTokenCurrent,
  type TokenOrder,
} from "./tokens.ts";
