import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { create, errorOf, useClient } from "./client.ts";

const client = useClient();

test("a refused connection: nothing was sent, and the cause is its code alone", async () => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  for (const host of ["127.0.0.1", "localhost"]) {
    const error = await errorOf(create(client.connect({ apiUrl: `http://${host}:${port}` })));
    expect(error).toMatchObject({ code: "unreachable", mayHaveHappened: false });
    expect(error.message).toMatch(/no connection \(ECONNREFUSED\)/);
    expect(error.cause).toMatchObject({ message: "ECONNREFUSED" });
  }
});
