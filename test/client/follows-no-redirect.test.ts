import { type FastlyApi, getTokenCurrent, revokeTokenCurrent } from "../../src/fastly/index.ts";
import { startElsewhere } from "../support/elsewhere.ts";
import { create, errorOf, useClient } from "./client.ts";

const client = useClient();
const operations = [
  create,
  (api: FastlyApi) => getTokenCurrent(api, "key"),
  (api: FastlyApi) => revokeTokenCurrent(api, "key"),
];

test.each([301, 302, 303, 307, 308])(
  "%d: neither the key nor the password goes elsewhere",
  async (status) => {
    const elsewhere = await startElsewhere();
    const location = `${elsewhere.url}/tokens`;
    for (const ask of operations) {
      // Of its own, so that each has a minute.
      const api = await client.connectTo((_, response) => response.writeHead(status, { location }).end());
      expect((await errorOf(ask(api))).code).toBe("redirected");
    }
    expect(elsewhere.hits).toBe(0);
    elsewhere.close();
  },
);
