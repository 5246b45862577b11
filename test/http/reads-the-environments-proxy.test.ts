import { proxyFor } from "../../src/http/proxy.ts";

const proxy = "http://proxy.example:3128";

function isUsed(url: string, noProxy: string): boolean {
  return proxyFor(new URL(url), { HTTPS_PROXY: proxy, NO_PROXY: noProxy }) !== undefined;
}

test.each([
  [{ HTTPS_PROXY: proxy }, proxy],
  [{ https_proxy: proxy, HTTPS_PROXY: "http://other.example" }, proxy],
  [{ https_proxy: "", HTTPS_PROXY: proxy }, proxy],
  [{ ALL_PROXY: proxy }, proxy],
  [{ all_proxy: proxy, ALL_PROXY: "http://other.example" }, proxy],
  [{ HTTPS_PROXY: "proxy.example:3128" }, proxy],
  [{ HTTP_PROXY: proxy, http_proxy: proxy }, undefined],
  [{}, undefined],
])("%j", (env, expected) => {
  expect(proxyFor(new URL("https://api.fastly.com"), env)).toBe(expected);
});

test("http, which is spoken on loopback alone, needs none", () => {
  expect(
    proxyFor(new URL("http://127.0.0.1:8080"), { HTTPS_PROXY: proxy, ALL_PROXY: proxy }),
  ).toBeUndefined();
});

describe("https://api.fastly.com without a proxy", () => {
  test.each([
    "api.fastly.com",
    "API.Fastly.COM",
    "fastly.com",
    ".fastly.com",
    "*.fastly.com",
    "com",
    "*",
    "api.fastly.com:443",
    ".fastly.com:443",
    "fastly.com.",
    "example.com,api.fastly.com",
    " example.com , api.fastly.com ",
    "example.com api.fastly.com",
    "example.com,*",
  ])("%j", (noProxy) => {
    expect(isUsed("https://api.fastly.com", noProxy)).toBe(false);
  });
});

describe("https://api.fastly.com through it", () => {
  test.each([
    "",
    ",",
    ".",
    "stly.com",
    "www.fastly.com",
    "eu.api.fastly.com",
    "api.fastly.com:8443",
    "127.0.0.1",
    "api.fastly.com.example",
    "*fastly.com",
  ])("%j", (noProxy) => {
    expect(isUsed("https://api.fastly.com", noProxy)).toBe(true);
  });
});

test.each([
  ["https://127.0.0.1:8443", "127.0.0.1", false],
  ["https://127.0.0.1:8443", "127.0.0.1:8443", false],
  ["https://127.0.0.1:8443", "127.0.0.1:443", true],
  ["https://127.0.0.1", "0.0.1", true],
  ["https://127.0.0.1", ".1", true],
  ["https://[::1]:8443", "::1", false],
  ["https://[::1]:8443", "[::1]", false],
  ["https://[::1]:8443", "[::1]:8443", false],
  ["https://[::1]:8443", "[::1]:443", true],
  ["https://[2001:db8::1]", "2001:db8::2,2001:db8::1", false],
  ["https://[2001:db8::1]", "db8::1", true],
  ["https://localhost:8443", "localhost,127.0.0.1,::1", false],
])("%s with %j", (url, noProxy, expected) => {
  expect(isUsed(url, noProxy)).toBe(expected);
});

test.each(["10.0.0.0/8", "10.1.2.3/8", "10.1.2.3/32", "0.0.0.0/0", "example.com, 10.1.0.0/16"])(
  "%s is a block that 10.1.2.3 is in",
  (noProxy) => {
    expect(isUsed("https://10.1.2.3", noProxy)).toBe(false);
  },
);

test.each(["10.1.2.4/32", "192.168.0.0/16", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/33", "10.1.2/24"])(
  "%s is none",
  (noProxy) => {
    expect(isUsed("https://10.1.2.3", noProxy)).toBe(true);
  },
);

test("a name is in no block, whatever it means", () => {
  expect(isUsed("https://api.fastly.com", "0.0.0.0/0")).toBe(true);
});
