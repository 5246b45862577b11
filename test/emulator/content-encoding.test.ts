import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { rawResponse } from "./wire.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

const match = { method: "GET", path: "/tokens/self" };
const decoders = {
  gzip: ["gzip", gunzipSync],
  "x-gzip": ["x-gzip", gunzipSync],
  br: ["br", brotliDecompressSync],
  deflate: ["deflate", inflateSync],
  "deflate-raw": ["deflate", inflateRawSync],
  zstd: ["zstd", zstdDecompressSync],
} as const;
const encodings = Object.keys(decoders) as (keyof typeof decoders)[];

function readSelf(acceptEncoding?: string) {
  return rawResponse(emulator.url, "/tokens/self", {
    "Fastly-Key": emulator.apiKey,
    ...(acceptEncoding === undefined ? {} : { "Accept-Encoding": acceptEncoding }),
  });
}

test.each(encodings)("one answer in %s, though identity was asked for", async (encoding) => {
  await emulator.fault({ match, times: 1, fault: { kind: "encode", encoding } });
  const [name, decode] = decoders[encoding];
  const { headers, body } = await readSelf("identity");
  expect(headers["content-encoding"]).toBe(name);
  expect(JSON.parse(decode(body).toString())).toMatchObject({ name: "Emulator key" });
  expect((await readSelf("identity")).headers).not.toHaveProperty("content-encoding");
});

test("every answer in one encoding, where a test says so", async () => {
  await emulator.settings({ contentEncoding: "br" });
  const { headers, body } = await readSelf("identity");
  expect(headers["content-encoding"]).toBe("br");
  expect(JSON.parse(brotliDecompressSync(body).toString())).toMatchObject({ name: "Emulator key" });
  await emulator.settings({ contentEncoding: "accepted" });
});

test.each([
  ["gzip", "gzip"],
  ["gzip, deflate, br;q=0.5", "br"],
  ["br;q=0, gzip;q=1.0", "gzip"],
  ["identity", undefined],
  ["", undefined],
  [undefined, undefined],
])("the request accepts %p: %p", async (accepted, encoding) => {
  expect((await readSelf(accepted)).headers["content-encoding"]).toBe(encoding);
});

test("no encoding at all, where a test says so", async () => {
  await emulator.settings({ contentEncoding: null });
  expect((await readSelf("gzip, br")).headers).not.toHaveProperty("content-encoding");
  await emulator.settings({ contentEncoding: "accepted" });
});
