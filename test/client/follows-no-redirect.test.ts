import { deadlineIn, getTokenCurrent, revokeTokenCurrent } from "../../src/fastly/index.ts";
import { startElsewhere } from "../support/elsewhere.ts";
import { create, errorOf, instantClock, useClient } from "./client.ts";

const client = useClient();

test.each([301, 302, 303, 307, 308])(
  "%d: neither the key nor the password goes elsewhere",
  async (status) => {
    const elsewhere = await startElsewhere();
    const location = `${elsewhere.url}/tokens`;
    const clock = instantClock();
    const api = await client.connectTo((_, response) => response.writeHead(status, { location }).end(), {
      clock,
      deadline: deadlineIn(2_000, clock),
    });
    expect((await errorOf(create(api))).code).toBe("redirected");
    expect((await errorOf(getTokenCurrent(api, "key"))).code).toBe("redirected");
    expect((await errorOf(revokeTokenCurrent(api, "key"))).code).toBe("redirected");
    expect(elsewhere.hits).toBe(0);
    elsewhere.close();
  },
);
