import { getTokenCurrent } from "../../src/fastly/index.ts";
import { create, described, errorOf, useClient } from "./client.ts";

const client = useClient();

const missing = ["id", "name", "created_at"];

test.each(missing)("%s is missing, or null", async (field) => {
  for (const value of [undefined, null]) {
    const error = await errorOf(
      getTokenCurrent(await client.answering(200, { ...described, [field]: value }), "key"),
    );
    expect(error).toMatchObject({ code: "malformed-response", status: 200 });
    expect(error.message).toBe(`GET /tokens/self: the field ${field} of the response is missing`);
  }
});

test.each(["user_id", "customer_id", "services", "expires_at", "last_used_at", "scope", "scopes"])(
  "nobody needs %s: it may be missing, null or blank",
  async (field) => {
    for (const value of [undefined, null, ""]) {
      const api = await client.answering(200, { ...described, [field]: value });
      expect(await getTokenCurrent(api, "key")).toMatchObject({ id: described.id, scope: "purge_all" });
    }
  },
);

test.each([
  ["user_id", 12_345],
  ["user_id", true],
  ["customer_id", []],
  ["last_used_at", 0],
  ["last_used_at", "never"],
])("nobody needs %s: %j is as good as none", async (field, value) => {
  const api = await client.answering(200, { ...described, [field]: value });
  expect(Object.values(await getTokenCurrent(api, "key"))).toContain(null);
});

test("one of scope and scopes must be there", async () => {
  const { scope: _, scopes: __, ...rest } = described;
  const error = await errorOf(getTokenCurrent(await client.answering(200, rest), "key"));
  expect(error.message).toBe("GET /tokens/self: the field scope of the response is missing");
});

const malformed: [field: string, value: unknown][] = [
  ["id", 7],
  ["id", ""],
  ["id", "../self"],
  ["id", "x".repeat(65)],
  ["name", { toString: "x" }],
  ["name", "x".repeat(2_001)],
  ["scope", ["purge_all"]],
  ["services", "service1"],
  ["services", [7]],
  ["services", { 0: "service1" }],
  ["created_at", "yesterday"],
  ["created_at", "2026-01-14"],
  ["created_at", "2026-01-14 11:47:46Z"],
  ["created_at", "2026-01-14T11:47:46"],
  ["created_at", "2026-13-14T11:47:46Z"],
  ["created_at", 1_768_391_266],
  ["expires_at", "never"],
  ["expires_at", false],
];

test.each(malformed)("%s: %j", async (field, value) => {
  const error = await errorOf(
    getTokenCurrent(await client.answering(200, { ...described, [field]: value }), "key"),
  );
  expect(error.code).toBe("malformed-response");
  expect(error.message).toContain(`the field ${field} of the response is not `);
});

test.each([[null], [7], ["text"], [true], [[]]])("%j is no object", async (answer) => {
  const error = await errorOf(getTokenCurrent(await client.answering(200, JSON.stringify(answer)), "key"));
  expect(error.message).toBe("GET /tokens/self: the response is not an object");
});

test.each([
  [undefined, "is missing"],
  [7, "is not a string"],
  ["short", "is not a token"],
  ["with space in it", "is not a token"],
  ["with\nline\nends", "is not a token"],
  ["ünïcödé token", "is not a token"],
])("access_token: %j", async (token, problem) => {
  const error = await errorOf(create(await client.answering(200, { ...described, access_token: token })));
  expect(error.message).toContain(`the field access_token of the response ${problem}`);
});

test("fields that nobody documented do no harm, nor times with another offset", async () => {
  const answer = { ...described, more: [{}], created_at: "2026-01-14T12:47:46.123+01:00", expires_at: null };
  expect(await getTokenCurrent(await client.answering(200, answer), "key")).toMatchObject({
    expiresAt: null,
  });
});

test.each(["2026-01-14T11:47:46.123Z", "2026-01-14T13:47:46+02:00", "2026-01-14T13:47:46+0200"])(
  "%s is a time in ISO 8601",
  async (time) => {
    const api = await client.answering(200, { ...described, created_at: time });
    const { createdAt } = await getTokenCurrent(api, "key");
    expect(new Date(createdAt).toISOString()).toMatch(/^2026-01-14T11:47:46/);
  },
);
