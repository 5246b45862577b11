import type { FastlyApi } from "./api.ts";
import { readFields } from "./fields.ts";
import { postForm, type UserCredentials } from "./post-form.ts";

/**
 * Puts a key into sudo mode for about five minutes, in which it may create tokens: `POST /sudo`. Never
 * repeated here, since a refused password counts towards locking the account.
 *
 * Source: Fastly's page on sudo; the response as recorded by Fastly's Go client.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key an existing token of the same user
 * @param user that user by name and password, and a one-time password where two-factor authentication is on
 * @returns when sudo mode ends, ISO 8601; null where the response does not say, which is fine with any 2xx
 * @throws {FastlyError} as `createToken` does; `refused-credentials` is a 403 here (documented), and `unauthorized`
 *   or `forbidden` says that the key is refused
 */
export async function requestSudo(
  api: FastlyApi,
  key: string,
  user: UserCredentials,
): Promise<{ expiryTime: string | null }> {
  const response = await postForm(api, "/sudo", new URLSearchParams(), { key, user });
  return { expiryTime: readFields(response, "POST /sudo").optionalTime("expiry_time") };
}
