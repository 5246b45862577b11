import * as zlib from "node:zlib";
import { answer, exchange, transports, useRawServer } from "./server.ts";

const server = useRawServer();
const text = '{"name":"a"}';

const encodings: [string, string, (bytes: Buffer) => Buffer][] = [
  ["gzip", "gzip", zlib.gzipSync],
  ["x-gzip, in other letters", "X-GZIP", zlib.gzipSync],
  ["deflate", "deflate", zlib.deflateSync],
  ["deflate without its wrapper", "deflate", zlib.deflateRawSync],
  ["br", "br", zlib.brotliCompressSync],
  ["zstd", "zstd", zlib.zstdCompressSync],
  ["identity", "identity", (bytes) => bytes],
  ["gzip and br", "gzip, br", (bytes) => zlib.brotliCompressSync(zlib.gzipSync(bytes))],
];

describe.each(transports)("%s", (_name, open) => {
  test("asks for no encoding", async () => {
    const raw = await server.start((socket) => socket.write(answer(200)));
    await exchange(server.opened(open, raw.origin));
    expect(raw.requests.join()).toMatch(/^accept-encoding: identity\r$/im);
  });

  test.each(encodings)("%s is decoded all the same", async (_what, name, encode) => {
    const bytes = answer(200, encode(Buffer.from(`\ufeff${text}`)), { "Content-Encoding": name });
    const got = await server.ask(open, (socket) => socket.write(bytes));
    expect(got).toMatchObject({ status: 200, body: text, complete: true });
  });

  test("a byte-order mark is dropped", async () => {
    expect(await server.ask(open, (socket) => socket.write(answer(200, `\ufeff${text}`)))).toMatchObject({
      body: text,
    });
  });

  test("what cannot be decoded is an incomplete answer", async () => {
    const bytes = answer(200, Buffer.from([0xff, 0xfe]), { "Content-Encoding": "gzip" });
    expect(await server.ask(open, (socket) => socket.write(bytes))).toMatchObject({
      status: 200,
      complete: false,
      failure: { code: "connection-lost" },
    });
  });

  test("the limit counts what is decoded", async () => {
    const bomb = answer(200, zlib.gzipSync(Buffer.alloc(1_000_000)), { "Content-Encoding": "gzip" });
    const got = await server.ask(open, (socket) => socket.write(bomb));
    expect(got).toMatchObject({ complete: false, failure: { code: "response-too-large" } });
    expect(got.body).toHaveLength(10_000);
  });
});

describe("undici", () => {
  const [[, open]] = transports as [(typeof transports)[0]];

  test("what was decoded before it broke is kept", async () => {
    const encoded = zlib.gzipSync(text + "x".repeat(500), { level: 0 });
    const bytes = answer(200, encoded.subarray(0, 200), { "Content-Encoding": "gzip" });
    const got = await server.ask(open, (socket) => socket.write(bytes));
    expect(got).toMatchObject({ complete: false });
    expect(got.body).toContain(text);
  });

  test("a checksum that is wrong keeps nothing back", async () => {
    const encoded = zlib.gzipSync(text);
    encoded[encoded.length - 6] = 255 - (encoded.at(-6) ?? 0);
    const bytes = answer(200, encoded, { "Content-Encoding": "gzip" });
    expect(await server.ask(open, (socket) => socket.write(bytes))).toMatchObject({
      complete: false,
      body: text,
    });
  });

  test.each(["gzip", "deflate", "br", "zstd", "utf-8", "none", "compress"])(
    "text that is not encoded, although its head says %s, is left as it came",
    async (encoding) => {
      const bytes = answer(200, text, { "Content-Encoding": encoding });
      const got = await server.ask(open, (socket) => socket.write(bytes));
      expect(got).toMatchObject({ complete: true, body: text });
    },
  );

  test("a response without a body has nothing to decode, whatever its head says", async () => {
    const bytes = Buffer.from("HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n");
    const got = await server.ask(open, (socket) => socket.write(bytes));
    expect(got).toMatchObject({ status: 204, complete: true, body: "" });
  });

  test("an encoding that no library knows is an incomplete answer", async () => {
    const bytes = answer(200, Buffer.from([0x1f, 0x9d, 0x90]), { "Content-Encoding": "compress" });
    expect(await server.ask(open, (socket) => socket.write(bytes))).toMatchObject({ complete: false });
  });
});
