import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

const match = { method: "DELETE", path: "/tokens/self" };

test("another answer in the operation’s place", async () => {
  const { id, key } = await addKey(emulator, {});
  await emulator.fault({
    match,
    times: 1,
    fault: {
      kind: "respond",
      when: "before",
      status: 503,
      headers: { "retry-after": "7" },
      body: "<h1>Unavailable</h1>",
      contentType: "text/html",
    },
  });
  const answer = await ask(emulator, "DELETE", "/tokens/self", { key });
  expect(answer).toMatchObject({ status: 503, text: "<h1>Unavailable</h1>" });
  expect(answer.headers.get("content-type")).toBe("text/html");
  expect(answer.headers.get("retry-after")).toBe("7");
  expect((await emulator.liveTokens()).map((token) => token.id)).toContain(id);
  expect((await emulator.requests()).at(-1)).toMatchObject({ status: 503, phases: ["received", "answered"] });
});

test("another answer after the operation took effect, with nothing of the true one", async () => {
  const { id, key } = await addKey(emulator, {});
  await emulator.fault({ match, times: 1, fault: { kind: "respond", when: "after", status: 502 } });
  const answer = await ask(emulator, "DELETE", "/tokens/self", { key });
  expect(answer).toMatchObject({ status: 502, text: "" });
  expect(answer.headers.has("fastly-ratelimit-remaining")).toBe(false);
  expect((await emulator.tokens()).find((token) => token.id === id)?.state).toBe("revoked");
});

test("a redirect to elsewhere", async () => {
  const location = "https://elsewhere.example/tokens/self";
  await emulator.fault({
    match,
    times: 1,
    fault: { kind: "respond", when: "before", status: 307, headers: { location } },
  });
  const answer = await ask(emulator, "DELETE", "/tokens/self", { key: emulator.apiKey });
  expect(answer.status).toBe(307);
  expect(answer.headers.get("location")).toBe(location);
});

test("a 429 without the headers that say how long to wait, and a wrong clock", async () => {
  const headers = { date: "Thu, 14 Jan 2021 11:47:46 GMT" };
  await emulator.fault({ match, times: 2, fault: { kind: "respond", when: "before", status: 429, headers } });
  const answer = await ask(emulator, "DELETE", "/tokens/self", { key: emulator.apiKey });
  expect(answer.status).toBe(429);
  expect(answer.headers.get("date")).toBe(headers.date);
  expect(answer.headers.has("fastly-ratelimit-reset")).toBe(false);
});

test("a body that is not a token", async () => {
  const self = { method: "GET", path: "/tokens/self" };
  const fault = {
    kind: "respond",
    when: "after",
    status: 200,
    body: '{"id":1}',
    contentType: "application/json",
  } as const;
  await emulator.fault({ match: self, times: 1, fault });
  expect((await ask(emulator, "GET", "/tokens/self", { key: emulator.apiKey })).json).toEqual({ id: 1 });
});
