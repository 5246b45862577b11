import { type Fetch, openFetchTransport } from "../../src/http/fetch.ts";
import { exchange } from "./server.ts";

const origin = "https://api.example";
const over = (fetch: Fetch) => openFetchTransport(origin, fetch);

function failing(error: unknown): Fetch {
  return () => Promise.reject(error);
}

const withCode = (code: string) => Object.assign(new Error("may hold a token"), { code });

test.each([
  [withCode("ECONNREFUSED"), "unreachable", false],
  [new TypeError("fetch failed", { cause: withCode("ENOTFOUND") }), "unreachable", false],
  [new AggregateError([withCode("EHOSTUNREACH")]), "unreachable", false],
  [new TypeError("fetch failed", { cause: withCode("CERT_HAS_EXPIRED") }), "untrusted-certificate", false],
  [withCode("UNSPECIFIED"), "untrusted-certificate", false],
  [withCode("INVALID_CA"), "untrusted-certificate", false],
  [withCode("ERR_SSL_CA_MD_TOO_WEAK"), "untrusted-certificate", false],
  [withCode("PATH_LENGTH_EXCEEDED"), "untrusted-certificate", false],
  [withCode("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"), "connection-lost", true],
  [new TypeError("fetch failed"), "connection-lost", true],
  ["no error at all", "connection-lost", true],
])("%p", async (error, code, sent) => {
  const failure = await exchange(over(failing(error))).catch((failure: unknown) => failure);
  expect(failure).toMatchObject({ code, sent });
  expect(String(failure)).not.toContain("may hold");
});

test("a redirect that a browser hides is a redirect", async () => {
  const hidden = Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
  expect(await exchange(over(async () => hidden))).toMatchObject({ status: 302, body: "", complete: true });
});

test("closing ends what is under way", async () => {
  const transport = over(() => new Promise(() => {}));
  const asked = exchange(transport);
  await transport.close();
  await expect(asked).rejects.toMatchObject({ code: "aborted", sent: true });
});

test("a runtime without AbortController keeps the time all the same", async () => {
  const { AbortController } = globalThis;
  Reflect.deleteProperty(globalThis, "AbortController");
  try {
    const signals: unknown[] = [];
    const silent: Fetch = (_url, { signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    await expect(exchange(over(silent), { timeoutMs: 50 })).rejects.toMatchObject({ code: "timed-out" });
    expect(signals).toEqual([undefined]);
  } finally {
    globalThis.AbortController = AbortController;
  }
});
