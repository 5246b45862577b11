import { connect } from "node:net";
import fc from "fast-check";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { ask } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

const json = { msg: expect.any(String) };

test.each([
  ["an unknown path", "GET", "/nowhere", 501],
  ["an unknown method", "PUT", "/tokens", 501],
  ["a path that cannot be decoded", "GET", "/tokens/%zz", 400],
])("%s is answered in JSON", async (_, method, path, status) => {
  expect(await ask(emulator, method, path, { key: emulator.apiKey })).toMatchObject({ status, json });
});

test("a body beyond a megabyte is refused", async () => {
  const form = { name: "a".repeat(1024 * 1024) };
  expect(await ask(emulator, "POST", "/tokens", { form })).toMatchObject({ status: 413, json });
});

test("a body of another kind is refused", async () => {
  const headers = { "content-type": "application/json" };
  expect(await ask(emulator, "POST", "/tokens", { headers, body: "{}" })).toMatchObject({
    status: 415,
    json,
  });
});

test("what is no HTTP harms nobody", async () => {
  const { hostname, port } = new URL(emulator.url);
  await new Promise((resolve) => {
    connect(Number(port), hostname)
      .end("\0\0 nonsense\r\n\r\n")
      .on("error", () => {})
      .on("close", resolve)
      .resume();
  });
  expect((await ask(emulator, "GET", "/tokens/self", { key: emulator.apiKey })).status).toBe(200);
});

test("whatever is sent, the emulator itself never fails", async () => {
  const part = fc.constantFrom(
    "username",
    "password",
    "scope",
    "services[]",
    "expires_at",
    "name",
    "__proto__",
    "[]",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(emulator.username, emulator.password, "global"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        "POST /tokens",
        "DELETE /tokens",
        "POST /sudo",
        "DELETE /tokens/x",
        "POST /service/x/purge",
        "POST /automation-tokens",
        `PUT /service/${emulator.services[0]}/version/1/package`,
      ),
      fc.constantFrom(
        "application/x-www-form-urlencoded",
        "application/vnd.api+json; ext=bulk",
        "application/json",
        "multipart/form-data; boundary=x",
        "text/html",
        ";",
      ),
      fc.oneof(
        fc.array(fc.tuple(part, text)).map((fields) => new URLSearchParams(fields).toString()),
        fc.json(),
        text,
      ),
      fc.option(fc.constantFrom(emulator.apiKey, "garbage"), { nil: undefined }),
      async (request, type, body, key) => {
        const [method = "", path = ""] = request.split(" ");
        const headers = { "content-type": type };
        const { status } = await ask(emulator, method, path, {
          headers,
          body,
          ...(key === undefined ? {} : { key }),
        });
        expect(status).toBeLessThan(500);
      },
    ),
    { numRuns: 200 },
  );
});
