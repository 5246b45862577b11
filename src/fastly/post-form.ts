import { basicForm } from "../text/secret-forms.ts";
import type { Call, FastlyApi, Read } from "./api.ts";

/** A user by name and password, and with a one-time password where two-factor authentication is on. */
export interface UserCredentials {
  username: string;
  password: string;
  otp?: string | undefined;
}

/**
 * Posts a form with the credentials added to it. Never repeated: a refused password counts towards locking the account,
 * and a create whose response was lost may have made a token (assumed: create-lost).
 */
export function postForm<T>(
  api: FastlyApi,
  path: string,
  fields: URLSearchParams,
  { user, key }: { user?: UserCredentials; key?: string },
  more: Pick<Call, "inspect" | "mayBeEmpty">,
  read: Read<T>,
): Promise<T> {
  const headers: Record<string, string> = { "content-type": "application/x-www-form-urlencoded" };
  if (user) {
    fields.set("username", user.username);
    fields.set("password", user.password);
    if (user.otp !== undefined) headers["fastly-otp"] = user.otp;
  }
  const call: Call = {
    method: "POST",
    path,
    key,
    headers,
    body: fields.toString(),
    expect: "any-json",
    repeatable: false,
    secrets: () => (user ? secretsOf(user) : []),
    ...more,
  };
  return api.send(call, read);
}

function secretsOf({ username, password, otp }: UserCredentials): string[] {
  return [password, ...(otp === undefined ? [] : [otp]), username, basicForm(username, password)];
}
