import { answer, exchange, transports, useRawServer } from "./server.ts";

const server = useRawServer();

/** A whole head, and the beginning of a body. */
const beginning = (status: number) => answer(status, "the beginning, and the rest of it").subarray(0, -20);

describe.each(transports)("%s", (_name, open) => {
  describe.each([200, 201, 403, 500])("%i", (status) => {
    test("of which the connection breaks", async () => {
      expect(await server.ask(open, (socket) => socket.end(beginning(status)))).toMatchObject({
        status,
        body: "the beginning",
        complete: false,
        failure: { code: "connection-lost" },
      });
    });

    test("whose rest does not come in time", async () => {
      const got = await server.ask(open, (socket) => socket.write(beginning(status)), { timeoutMs: 1_000 });
      expect(got).toMatchObject({
        status,
        body: "the beginning",
        complete: false,
        failure: { code: "timed-out" },
      });
    });

    test("that is interrupted", async () => {
      const controller = new AbortController();
      // More than any socket buffers: once it is written, the client has read its head.
      const bytes = answer(status, "x".repeat(30_000_000)).subarray(0, -20);
      const limits = { signal: controller.signal, maxBytes: 40_000_000 };
      const got = await server.ask(open, (socket) => socket.write(bytes, () => controller.abort()), limits);
      expect(got).toMatchObject({ status, complete: false, failure: { code: "aborted" } });
    });
  });

  test.each([201, 403])("%i that is too large", async (status) => {
    const bytes = answer(status, "x".repeat(500));
    const got = await server.ask(open, (socket) => socket.write(bytes), { maxBytes: 100 });
    expect(got).toMatchObject({
      status,
      complete: false,
      failure: { code: "response-too-large", sent: true },
    });
    expect(got.body).toHaveLength(100);
  });

  test("a redirect is not followed", async () => {
    const raw = await server.start((socket) => socket.write(answer(302, "", { Location: "/elsewhere" })));
    expect(await exchange(server.opened(open, raw.origin))).toMatchObject({
      status: 302,
      headers: { location: "/elsewhere" },
      complete: true,
    });
    expect(raw.requests).toHaveLength(1);
  });

  test("no head is no answer", async () => {
    await expect(server.ask(open, (socket) => socket.end())).rejects.toMatchObject({
      code: "connection-lost",
      sent: true,
    });
    await expect(server.ask(open, () => {}, { timeoutMs: 500 })).rejects.toMatchObject({
      code: "timed-out",
      sent: true,
    });
  });

  test("an interruption before all is nothing sent", async () => {
    const asked = server.ask(open, (socket) => socket.write(answer(200)), { signal: AbortSignal.abort() });
    await expect(asked).rejects.toMatchObject({ code: "aborted", sent: false });
  });
});
