import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { openTransport } from "../../src/http/node.ts";
import { handshakeFailed } from "../../src/http/node-failures.ts";
import { signItself } from "../network/support/authority.ts";
import { exchange } from "./server.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await once(server.close(), "close");
});

async function failureOf(server: Server): Promise<unknown> {
  servers.push(server);
  server.on("connection", (socket) => socket.on("error", () => socket.destroy()));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const transport = openTransport(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const failure = await exchange(transport).catch((error: unknown) => error);
  await transport.close();
  return failure;
}

test("plain HTTP on the port: it does not use TLS", async () => {
  const plain = createServer((socket) =>
    socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
  );
  expect(await failureOf(plain)).toMatchObject({
    code: "unreachable",
    sent: false,
    message: expect.stringContaining("the server's port does not use TLS"),
  });
});

test("a certificate that nobody vouches for", async () => {
  const server = createTlsServer(await signItself(["127.0.0.1"]));
  server.on("tlsClientError", () => {});
  expect(await failureOf(server)).toMatchObject({
    code: "untrusted-certificate",
    sent: false,
    message: expect.stringContaining("was not issued by an authority that this machine trusts"),
  });
});

test("a server that speaks only what TLS once was", async () => {
  const options = {
    ...(await signItself(["127.0.0.1"])),
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
  } as const;
  const server = createTlsServer({ ...options, ciphers: "DEFAULT@SECLEVEL=0" });
  server.on("tlsClientError", () => {});
  expect(await failureOf(server)).toMatchObject({ code: "untrusted-certificate", sent: false });
});

describe("what OpenSSL holds against a certificate is one code, whatever it calls it", () => {
  test.each([
    "UNSPECIFIED",
    "INVALID_PURPOSE",
    "CERT_HAS_EXPIRED",
    "CERT_REVOKED",
    "HOSTNAME_MISMATCH",
    "PATH_LENGTH_EXCEEDED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
  ])("%s", (code) => {
    const error = Object.assign(new Error("some"), { code });
    const failure = handshakeFailed(error, "server", false, true);
    expect(failure).toMatchObject({ code: "untrusted-certificate", sent: false });
    expect(failure.message).toMatch(/^the server's certificate .+ \(\w+\)$/);
  });

  test.each(["ERR_SSL_CA_MD_TOO_WEAK", "ERR_SSL_EE_KEY_TOO_SMALL", "ERR_OSSL_ANY"])("%s", (code) => {
    const error = Object.assign(new Error("some"), { code });
    expect(handshakeFailed(error, "proxy", true, false)).toMatchObject({ code: "untrusted-certificate" });
  });

  test("a connection that breaks is none of them", () => {
    const error = Object.assign(new Error("some"), { code: "ECONNRESET" });
    expect(handshakeFailed(error, "server", false, false)).toMatchObject({ code: "unreachable" });
    expect(handshakeFailed(error, "proxy", true, false)).toMatchObject({ code: "proxy-failed" });
  });
});
