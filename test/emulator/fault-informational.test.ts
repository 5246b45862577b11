import { type Emulator, startEmulator } from "../support/emulator.ts";
import { addKey, ask } from "./api.ts";
import { answerOnTheWire } from "./wire.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

const match = { method: "DELETE", path: "/tokens/self" };

test("informational answers come before the true one", async () => {
  const { id, key } = await addKey(emulator, {});
  const headers = { link: "</style.css>; rel=preload" };
  const fault = { kind: "informational", statuses: [100, 103], headers, ms: 5 } as const;
  await emulator.fault({ match, times: 1, fault: { ...fault, statuses: [...fault.statuses] } });
  const { text } = await answerOnTheWire(emulator.url, "DELETE", "/tokens/self", key);
  expect(text.split("\r\n\r\n").map((head) => head.split("\r\n")[0])).toEqual([
    "HTTP/1.1 100 Continue",
    "HTTP/1.1 103 Early Hints",
    "HTTP/1.1 204 No Content",
    "",
  ]);
  expect(text).toContain("link: </style.css>; rel=preload\r\n");
  expect((await emulator.tokens()).find((token) => token.id === id)?.state).toBe("revoked");
});

test("a status that no standard names", async () => {
  const { key } = await addKey(emulator, {});
  await emulator.fault({ match, times: 1, fault: { kind: "informational", statuses: [199] } });
  const { text } = await answerOnTheWire(emulator.url, "DELETE", "/tokens/self", key);
  expect(text).toMatch(/^HTTP\/1\.1 199 Unknown\r\n\r\nHTTP\/1\.1 204 /);
});

test("101 and final statuses are refused", async () => {
  for (const status of [99, 101, 200]) {
    const fault = { kind: "informational" as const, statuses: [status] };
    await expect(emulator.fault({ match, times: 1, fault })).rejects.toThrow("400");
  }
  expect((await ask(emulator, "GET", "/tokens/self", { key: emulator.apiKey })).status).toBe(200);
});
