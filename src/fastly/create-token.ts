import { isoTime } from "../text/iso-time.ts";
import type { FastlyApi } from "./api.ts";
import { postForm, type UserCredentials } from "./post-form.ts";
import { type CreatedToken, findAccessToken, readAccessToken, readToken, type Scope } from "./token.ts";

/** Who asks for a token: a user by name and password, or by a key of theirs that is in sudo mode. */
export type MintingCredentials =
  | ({ kind: "password" } & UserCredentials)
  | { kind: "key-in-sudo-mode"; key: string };

export interface TokenOrder {
  name: string;
  scopes: readonly Scope[];
  /** IDs of the services it is limited to; empty for all of them. */
  services: readonly string[];
  /** When the token dies by itself; sent in UTC, in whole seconds. */
  expiresAt: Date;
}

/**
 * Creates a token: `POST /tokens`, in one request that is never repeated here, since a try whose response
 * was lost may have made a token (assumed).
 *
 * Source: Fastly's page on authentication tokens, `create_token`; `Fastly-OTP` from its page on two-factor
 * authentication; that a key in sudo mode needs no password from the page on sudo.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param order what the token is to be: `name`, `scopes`, `services` (IDs; empty for all) and `expiresAt`
 * @param credentials a user with a password, or a key in sudo mode
 * @param onAccessToken called with the token itself as soon as it was read and before anything else of the
 *   response is judged, its status included, so that it can be masked and kept whatever follows
 * @throws {FastlyError} `refused-credentials`, `missing-credentials`, `refused-otp`, `account-locked`,
 *   `invalid-scope`, `invalid-expiry`, `token-limit`, `unauthorized` or `forbidden` (a key that may not
 *   create tokens), `bad-request`, `rate-limited`, `malformed-response` or a failure on
 *   the way; `mayHaveHappened` says whether a token may exist all the same
 */
export async function createToken(
  api: FastlyApi,
  order: TokenOrder,
  credentials: MintingCredentials,
  onAccessToken: (accessToken: string) => void = () => {},
): Promise<CreatedToken> {
  if (order.scopes.length === 0) throw new TypeError("a token needs at least one scope");
  const form = new URLSearchParams({
    name: order.name,
    scope: order.scopes.join(" "),
    expires_at: isoTime(order.expiresAt.getTime()),
  });
  for (const service of order.services) form.append("services[]", service);
  const response = await postForm(
    api,
    "/tokens",
    form,
    credentials.kind === "password" ? { user: credentials } : credentials,
    ({ body }) => {
      const accessToken = findAccessToken(body);
      if (accessToken !== undefined) onAccessToken(accessToken);
    },
  );
  const accessToken = readAccessToken(response, "POST /tokens");
  return { ...readToken(response, "POST /tokens"), accessToken };
}
