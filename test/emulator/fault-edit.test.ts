import { type Edit, type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

async function create(edit: Omit<Edit, "kind">) {
  await emulator.fault({
    match: { method: "POST", path: "/tokens" },
    times: 1,
    fault: { kind: "edit", ...edit },
  });
  const { username, password } = emulator;
  const answer = await ask(emulator, "POST", "/tokens", { form: { username, password } });
  const token = (await emulator.tokens()).at(-1);
  return { answer, token };
}

test.each([201, 202, 203, 206, 299])("the true body with status %d", async (status) => {
  const { answer, token } = await create({ status });
  expect(answer).toMatchObject({ status, json: { id: token?.id, access_token: expect.any(String) } });
});

test("fields are set and dropped", async () => {
  const { answer, token } = await create({ set: { services: null, extra: [1] }, drop: ["customer_id"] });
  expect(answer.json).toMatchObject({ id: token?.id, services: null, extra: [1] });
  expect(answer.json).not.toHaveProperty("customer_id");
});

test("text around the body", async () => {
  const { answer, token } = await create({ prefix: "\ufeff", suffix: "\r\n" });
  // What reads text drops a byte-order mark, so the length shows it.
  const bytes = Number(answer.headers.get("content-length"));
  expect(answer.text.trim()).toContain(`"id":"${token?.id}"`);
  expect(answer.text.endsWith("}\r\n")).toBe(true);
  expect(answer.headers.has("content-encoding") || bytes === Buffer.byteLength(answer.text) + 3).toBe(true);
});

test("headers are set and removed", async () => {
  const headers = { "content-type": "text/plain", "fastly-ratelimit-remaining": null, "x-more": "1" };
  const { answer } = await create({ headers });
  expect(answer.headers.get("content-type")).toBe("text/plain");
  expect(answer.headers.get("x-more")).toBe("1");
  expect(answer.headers.has("fastly-ratelimit-remaining")).toBe(false);
});

test("each item of a list is edited", async () => {
  await addKey(emulator, {});
  const match = { method: "GET", path: "/tokens" };
  await emulator.fault({
    match,
    times: 1,
    fault: { kind: "edit", drop: ["customer_id"], set: { scope: 1 } },
  });
  const { json } = await ask(emulator, "GET", "/tokens", { key: emulator.apiKey });
  for (const item of json as object[]) {
    expect(item).toMatchObject({ scope: 1 });
    expect(item).not.toHaveProperty("customer_id");
  }
});

test("an answer without a body keeps none", async () => {
  const { key } = await addKey(emulator, {});
  const match = { method: "DELETE", path: "/tokens/self" };
  await emulator.fault({ match, times: 1, fault: { kind: "edit", set: { a: 1 }, prefix: " " } });
  expect(await ask(emulator, "DELETE", "/tokens/self", { key })).toMatchObject({ status: 204, text: "" });
});
