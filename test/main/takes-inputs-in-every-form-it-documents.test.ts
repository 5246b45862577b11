import { useAction } from "../support/action.ts";

const action = useAction();

test.each([
  ["spaces", "purge_all purge_select"],
  ["commas", "purge_all,purge_select"],
  ["lines", "purge_all\npurge_select\n"],
  ["all of them", "  purge_all ,\r\n\tpurge_select, purge_all "],
])("scopes are separated by %s", async (_, scope) => {
  const { outputs } = await action.main({ inputs: { scope } });
  expect(outputs.scope).toBe("purge_all purge_select");
});

test.each(["global", "global:read", "purge_all", "purge_select"])("scope %s is known", async (scope) => {
  const { outputs } = await action.main({ inputs: { scope } });
  expect(outputs.scope).toBe(scope);
});

test.each([" ", ",", "\n"])("services are separated by %j", async (separator) => {
  const user = await action.user();
  const { outputs } = await action.main({ user, inputs: { services: user.services.join(separator) } });
  expect(outputs.services).toBe(user.services.join(" "));
});

test.each([
  ["90s", 90],
  ["1m", 60],
  ["15m", 900],
  ["1h30m", 5400],
  ["PT15M", 900],
  ["P1D", 86_400],
  ["1d", 86_400],
  ["23h59m60s", 86_400],
  ["24H", 86_400],
  ["", 3600],
])("a token that expires in %j lives for %d seconds", async (expiresIn, seconds) => {
  const { job } = await action.main({ inputs: { "expires-in": expiresIn } });
  const [token] = await action.emulator.liveTokens(job.user.userId);
  const lifetime = Date.parse(token?.expires_at ?? "") - Date.parse(token?.created_at ?? "");
  expect(Math.abs(lifetime / 1000 - seconds)).toBeLessThanOrEqual(1);
});

test.each(["true", "True", "TRUE", "false", "False", "FALSE"])("%s is a boolean", async (summary) => {
  const { job, conclusion } = await action.main({ inputs: { summary } });
  expect(conclusion).toBe("success");
  expect((await job.run("post")).summary !== "").toBe(summary.toLowerCase() === "true");
});

test("a password keeps the spaces within it, and loses the line end of the shell that stored it", async () => {
  const user = await action.user({ password: "two  words" });
  expect(await action.main({ user, inputs: { password: "two  words\n" } })).toMatchObject({
    conclusion: "success",
  });
});

test.each(["\u200b", "\ufeff", "\u202e", "\u00a0"])(
  "%j around an item, copied from a page, is not part of it",
  async (character) => {
    const user = await action.user({ totp: true });
    const [id = ""] = user.services;
    const around = (text: string) => `${character}${text}${character}`;
    const inputs = {
      scope: around("purge_all"),
      services: around(id),
      "expires-in": around("15m"),
      revoke: around("true"),
      "export-env": around("FASTLY_API_TOKEN"),
      "api-url": around(action.emulator.url),
      "totp-secret": around(user.totpSecret ?? ""),
    };
    const { outputs, annotations } = await action.main({ user, inputs });
    expect(annotations).toEqual([]);
    expect(outputs).toMatchObject({ scope: "purge_all", services: id });
  },
);

test("a two-factor secret may stand behind its name", async () => {
  const user = await action.user({ totp: true });
  const { conclusion } = await action.main({ user, inputs: { "totp-secret": `secret=${user.totpSecret}` } });
  expect(conclusion).toBe("success");
});

test.each(["localhost", "127.0.0.1"])(
  "the API may be unencrypted on %s, with or without a slash",
  async (host) => {
    const { port } = new URL(action.emulator.url);
    const { conclusion } = await action.main({ inputs: { "api-url": `http://${host}:${port}/` } });
    expect(conclusion).toBe("success");
  },
);
