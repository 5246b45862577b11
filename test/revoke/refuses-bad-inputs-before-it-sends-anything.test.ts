import { useAction } from "../support/action.ts";
import { credentials, runCompanion } from "../support/companion.ts";
import { unknownId } from "./tokens.ts";

const action = useAction();

test.each<[string, Record<string, string>, string]>([
  ["nothing given", {}, "token and token-ids are both empty"],
  [
    "a token and IDs",
    { token: "some-token-of-fastlys", "token-ids": "abc" },
    "token and token-ids are both set",
  ],
  ["a token with a space", { token: "two words-of-a-token" }, "Input token "],
  ["a token over two lines", { token: "one-line\nanother-line" }, "Input token "],
  ["a token in other letters", { token: "Schlüssel-für-Fastly" }, "Input token "],
  ["a token in quotation marks", { token: '"some-token-of-fastlys"' }, "Store the secret without them"],
  ["a key that GitHub masked", { "token-ids": "abc", "api-key": "***" }, "Store the secret itself"],
  [
    "a token that is an expression",
    { token: `$\{{ secrets.FASTLY }}` },
    "Write it in the workflow, not in a secret",
  ],
  ["an ID that is a path", { "token-ids": "../service/abc" }, "Input token-ids "],
  ["an ID with a query", { "token-ids": "abc?x=1" }, "Input token-ids "],
  ["an encoded ID", { "token-ids": "abc%2f..%2fself" }, "Input token-ids "],
  ["an ID that is JSON", { "token-ids": 'abc","type":"user' }, "Input token-ids "],
  ["an ID that is an injected command", { "token-ids": "abc::warning::x" }, "Input token-ids "],
  ["an ID that is a header", { "token-ids": "abc:def" }, "Input token-ids "],
  ["an ID too long", { "token-ids": "a".repeat(25) }, "Pass a token itself in the input token"],
  [
    "a token among the IDs",
    { "token-ids": `${unknownId()} ${"aB3_".repeat(8)}` },
    "item 2 of 2 (32 characters) is too long",
  ],
  ["a list in JSON", { "token-ids": `["${unknownId()}"]` }, "is written as JSON"],
  ["the word self", { "token-ids": "self" }, "Input token-ids "],
  ["the word self among IDs", { "token-ids": "abc self def" }, "Input token-ids "],
  ["a URL without encryption", { "token-ids": "abc", "api-url": "http://api.fastly.com" }, "Input api-url "],
  ["a time-out that is none", { "token-ids": "abc", timeout: "soon" }, "Input timeout "],
  ["a key over two lines", { "token-ids": "abc", "api-key": "one\ntwo" }, "Input api-key "],
  ["summary that is neither", { "token-ids": "abc", summary: "perhaps" }, "Input summary "],
])("%s", async (_, inputs, message) => {
  const user = await action.user();
  const step = await runCompanion("revoke", action, user, {
    inputs: { ...(inputs.token === undefined ? credentials(user) : {}), ...inputs },
    hidden: inputs.token === undefined ? [] : [inputs.token],
  });
  expect(step).toMatchObject({ conclusion: "failure", requests: [], outputs: {} });
  expect(step.errors).toHaveLength(1);
  expect(step.errors[0]).toContain(message);
  expect(step.annotations).toHaveLength(1);
});

test("IDs without what may revoke them: says which inputs are missing, and that forks get no secrets", async () => {
  const user = await action.user();
  const step = await runCompanion("revoke", action, user, { inputs: { "token-ids": "abc" } });
  expect(step).toMatchObject({ conclusion: "failure", requests: [] });
  expect(step.errors[0]).toMatch(
    /Input token-ids is set without credentials\.[\s\S]*Input username [\s\S]*Input password [\s\S]*fork/,
  );
});
