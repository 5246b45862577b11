import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { deadlineIn, getTokenCurrent, revokeTokenCurrent } from "../../src/fastly/index.ts";
import { create, errorOf, instantClock, useClient } from "./client.ts";

const client = useClient();

test.each([301, 302, 303, 307, 308])(
  "%d: neither the key nor the password goes elsewhere",
  async (status) => {
    let hits = 0;
    const elsewhere = createServer((_, response) => {
      hits += 1;
      response.end();
    }).listen(0, "127.0.0.1");
    await once(elsewhere, "listening");
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/tokens`;
    const clock = instantClock();
    const api = await client.connectTo((_, response) => response.writeHead(status, { location }).end(), {
      clock,
      deadline: deadlineIn(2_000, clock),
    });
    expect((await errorOf(create(api))).code).toBe("redirected");
    expect((await errorOf(getTokenCurrent(api, "key"))).code).toBe("redirected");
    expect((await errorOf(revokeTokenCurrent(api, "key"))).code).toBe("redirected");
    expect(hits).toBe(0);
    elsewhere.close();
  },
);
