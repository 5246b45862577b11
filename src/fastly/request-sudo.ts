import type { FastlyApi } from "./api.ts";
import { carry } from "./create-token.ts";
import { readFields } from "./fields.ts";

/**
 * Puts a key into sudo mode for about five minutes, in which it may create tokens: `POST /sudo`. Never
 * repeated here, since a refused password counts towards locking the account.
 *
 * Source: Fastly's page on sudo; the answer as recorded by Fastly's Go client.
 *
 * @param key an existing token of the same user
 * @returns when sudo mode ends, ISO 8601
 * @throws {FastlyError} as `createToken` does, and `unauthorized` or `forbidden` where the key is refused
 */
export async function requestSudo(
  api: FastlyApi,
  key: string,
  user: { username: string; password: string; otp?: string | undefined },
): Promise<{ expiryTime: string }> {
  const form = new URLSearchParams();
  const { headers, secrets } = carry({ kind: "password", ...user }, form);
  const answer = await api.send({
    method: "POST",
    path: "/sudo",
    key,
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: form.toString(),
    expect: "json",
    repeatable: false,
    secrets,
  });
  return { expiryTime: readFields(answer, "POST /sudo").time("expiry_time") };
}
