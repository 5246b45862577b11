import { answer, exchange, transports, useRawServer } from "./server.ts";

const server = useRawServer();

const interim: [string, string][] = [
  ["an unasked 100 Continue", "HTTP/1.1 100 Continue\r\n\r\n"],
  ["100 without a reason", "HTTP/1.1 100\r\n\r\n"],
  ["102 Processing", "HTTP/1.1 102 Processing\r\n\r\n"],
  ["103 Early Hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"],
  ["a status nobody knows", "HTTP/1.1 199 Some\r\nX-Y: z\r\n\r\n"],
  [
    "several in a row",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n",
  ],
];

describe.each(transports.filter(([name]) => name === "undici"))("%s", (_name, open) => {
  describe.each(interim)("%s", (_what, bytes) => {
    test.each([201, 400])("before %i", async (status) => {
      const got = await server.ask(open, (socket) => socket.write(bytes + answer(status, "{}").toString()));
      expect(got).toMatchObject({ status, body: "{}", complete: true });
    });

    test("byte by byte, for each request of one connection", async () => {
      const raw = await server.start((socket) => {
        for (const byte of bytes + answer(200, "{}").toString()) socket.write(byte);
      });
      const transport = server.opened(open, raw.origin);
      for (let turn = 0; turn < 3; turn++) {
        expect(await exchange(transport)).toMatchObject({ status: 200, body: "{}", complete: true });
      }
      expect(raw.connections()).toBe(1);
    });
  });

  test("101 Switching Protocols, which nobody asked for", async () => {
    const bytes = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    const got = await server.ask(open, (socket) => socket.write(bytes + answer(200, "{}").toString()));
    expect(got).toMatchObject({ status: 200, body: "{}", complete: true });
  });

  test("an interim answer alone is none", async () => {
    const asked = server.ask(open, (socket) => socket.end("HTTP/1.1 100 Continue\r\n\r\n"));
    await expect(asked).rejects.toMatchObject({ code: "connection-lost", sent: true });
  });

  test("a body that looks like an interim answer is a body", async () => {
    const body = "HTTP/1.1 100 Continue\r\n\r\n";
    expect(await server.ask(open, (socket) => socket.write(answer(200, body)))).toMatchObject({ body });
  });

  test.each(["SSH-2.0-OpenSSH_9.9\r\n", "H", "HTTP/2 200\r\n\r\n"])("%j is no answer", async (bytes) => {
    const asked = server.ask(open, (socket) => socket.end(bytes));
    await expect(asked).rejects.toMatchObject({ code: "connection-lost", sent: true });
  });
});
