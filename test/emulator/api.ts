import type { Emulator } from "../support/emulator.ts";

export type Asked = {
  key?: string;
  form?: Record<string, string> | [string, string][];
  headers?: Record<string, string>;
  body?: string;
};

export type Answer = { status: number; headers: Headers; text: string; json: unknown };

/** One request to the emulator, as any client of Fastly's API may send it. */
export async function ask(
  { url }: Pick<Emulator, "url">,
  method: string,
  path: string,
  { key, form, headers, body }: Asked = {},
): Promise<Answer> {
  const content = form ? new URLSearchParams(form) : body;
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(key === undefined ? {} : { "Fastly-Key": key }) },
    redirect: "manual",
    ...(content === undefined ? {} : { body: content }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

export type CreatedToken = { id: string; access_token: string; name: string; expires_at: string | null };

/** Creates a token by form, as the emulator's first user unless `username` and `password` say otherwise. */
export async function createToken(
  emulator: Emulator,
  fields: Record<string, string> = {},
): Promise<CreatedToken> {
  const { username, password } = emulator;
  const answer = await ask(emulator, "POST", "/tokens", { form: { username, password, ...fields } });
  if (answer.status !== 200) throw new Error(`create: ${answer.status} ${answer.text}`);
  return answer.json as CreatedToken;
}

/** The key of a token added past all limits, to one user, with one scope. */
export async function addKey(
  emulator: Emulator,
  token: { scope?: string; user?: string; services?: string[] },
) {
  const [added] = await emulator.addTokens([token]);
  if (!added) throw new Error("no token was added");
  return { id: added.id, key: added.access_token };
}

export function basic(username: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

/** In seconds from now on this machine's clock, as the API writes times. */
export function inSeconds(seconds: number): string {
  return `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;
}
