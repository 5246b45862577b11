import { cleanText } from "../../src/text/clean-text.ts";
import { messagesOf, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

const username = "deploy-of-the-shop@example.com";
const password = "Correct-Horse-Battery-Staple";

/** What a server makes of what it was sent: none of it may leave a piece of four letters or more. */
const echoes: [what: string, text: string][] = [
  ["as it is, across the two hundredth character", `${"x".repeat(190)} ${username}`],
  ["in capitals", `No such user: ${username.toUpperCase()}`],
  ["cut short by the server", `The user ${username.slice(0, 17)}`],
  ["cut short, with dots", `The user "${username.slice(0, 12)}..."`],
  ["cut short, with an ellipsis", `The user ${username.slice(0, 12)}…`],
  ["encoded, and cut short", `username=${encodeURIComponent(username).slice(0, 20)}`],
  ["with zero-width spaces in it", `The password ${[...password].join("\u200b")}`],
  ["with soft hyphens in it", `The password ${password.replaceAll("-", "-\u00ad")}`],
  ["cut short within a sentence", `The user ${username.slice(0, 12)}... is not known`],
  ["the password, cut short", `password=${password.slice(0, 9)}`],
];

test.each(echoes)("%s", async (_, text) => {
  const shown = cleanText(text, [password, username]);
  expect(shown.replaceAll("-", "")).not.toMatch(/deploy|shop|example|correct|horse|battery|staple/i);
});

/** What gives a secret away to whoever decodes it. */
const encoded: [what: string, text: string][] = [
  ["encoded twice", `user=${encodeURIComponent(encodeURIComponent(username))}`],
  ["in entities", `The user ${[...username].map((one) => `&#${one.charCodeAt(0)};`).join("")}`],
  [
    "in hexadecimal entities",
    `${[...password].map((one) => `&#x${one.charCodeAt(0).toString(16)};`).join("")}`,
  ],
  ["in escapes", [...password].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join("")],
  ["in hex", `The password ${Buffer.from(password).toString("hex")}`],
  ["as HTTP Basic", `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`],
  ["in base64 among other bytes", `Got ${Buffer.from(`x=${password}&y`).toString("base64url")}`],
  ["on two lines", `${password.slice(0, 9)}\n${password.slice(9)}`],
];

test.each(encoded)("%s: nothing is shown", (_, text) => {
  expect(cleanText(text, [password, username])).toBe("***");
});

test("a server's own words keep what only looks like a secret's beginning", () => {
  expect(cleanText("The scope is not granted", [password, "the@example.com"])).toBe(
    "The scope is not granted",
  );
});

test("and so it stands in the log", async () => {
  const user = await action.user({ username, password });
  const detail = `${"x".repeat(160)} ${username}`;
  await action.emulator.inject("POST /tokens", respond(400, { msg: "Bad request", detail }));
  const step = await action.main({ user });
  expect(messagesOf(step, "error").join()).toContain("Bad request");
  expect(step.log + messagesOf(step, "error").join()).not.toMatch(/deploy|shop/);
});

test("no character that nobody sees, or that turns a line around, passes into an annotation", async () => {
  const msg = "Bad\u202e request\u2066 of\u200b a\u00ad u\ufeffser\u2028 ##\u200b[error]x \u061c\u200f\u3164";
  await action.emulator.inject("POST /tokens", respond(400, { msg }));
  const step = await action.main();
  const shown = messagesOf(step, "error").join();
  expect(shown).toContain("Bad request of a user");
  expect(shown).not.toMatch(/[\p{Cf}\u2028\u3164]|##\[/u);
});

test("nor out of an input", async () => {
  const step = await action.main({
    inputs: { scope: "purge\u202e-all", "export-env": "A\u200bB", label: "a\nb\u202e" },
  });
  const shown = messagesOf(step, "error").join();
  expect(shown).toContain("Input scope");
  expect(shown).not.toMatch(/\p{Cf}/u);
});
