import type { Settings } from "../support/emulator.ts";
import { type Account, openAccount } from "./account.ts";
import { automationTokenFacts } from "./automation-token-facts.ts";
import type { Fact, Request } from "./fact.ts";
import { serviceFacts } from "./service-facts.ts";
import { tokenFacts } from "./token-facts.ts";

let account: Account;
let defaults: Settings;
beforeAll(async () => {
  account = await openAccount();
  defaults = await account.emulator.settings({});
});
afterAll(() => account.emulator.stop());
afterEach(() => account.emulator.settings(defaults));

const tables = [
  ["tokens", tokenFacts],
  ["automation tokens", automationTokenFacts],
  ["services", serviceFacts],
] as const;

describe.each(tables)("%s", (_, facts) => {
  test.each(facts.map((fact) => [fact.says, fact] as const))("%s", async (_, fact) => {
    await account.emulator.settings(fact.settings ?? {});
    const answer = await send(await fact.request(account));
    const body = await answer.text();
    expect(`${answer.status} ${body}`).toMatch(new RegExp(`^${fact.status} `));
    if (fact.body === null) expect(body).toBe("");
    else expect(JSON.parse(body)).toEqual(bodyOf(fact));
    expect(headersOf(answer, fact)).toEqual(expectedHeaders(fact));
  });
});

test.each(tables)("%s: every fact stands there once, with its source", (_, facts) => {
  expect(new Set(facts.map(({ says }) => says)).size).toBe(facts.length);
  for (const source of facts.flatMap((fact) => fact.source)) {
    expect(source).toMatch(
      /^(github\.com\/fastly\/[a-z-]+\/(blob\/[0-9a-f]{40}\/\S+|issues\/\d+)|www\.fastly\.com\/documentation\/\S+)$/,
    );
  }
});

function send({ method, path, key, form, headers, body }: Request): Promise<Response> {
  const content = form ? new URLSearchParams(form) : body;
  return fetch(account.emulator.url + path, {
    method,
    // Without this header, undici asks for an encoding by itself.
    headers: {
      "accept-encoding": "identity",
      ...headers,
      ...(key === undefined ? {} : { "Fastly-Key": key }),
    },
    ...(content === undefined ? {} : { body: content }),
  });
}

function bodyOf({ body }: Fact): unknown {
  return typeof body === "function" ? body(account) : body;
}

function headersOf(answer: Response, { headers = {} }: Fact) {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers.get(name)]));
}

function expectedHeaders({ headers = {} }: Fact) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ]),
  );
}
