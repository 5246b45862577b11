import { createMemoryStore } from "../../../src/broker/store/memory-store.ts";
import { type Store, StoreUnavailable } from "../../../src/broker/store/store.ts";
import { openAccounts } from "../../../src/broker/users/accounts.ts";
import { createUsers } from "../../../src/broker/users/users.ts";
import { connectApi, deadlineIn, systemClock } from "../../../src/fastly/index.ts";
import { createSignal } from "../../../src/http/create-signal.ts";
import { openTransport } from "../../../src/http/node.ts";
import { name } from "../../token/mint.ts";

test("a mint keeps no room when the store goes away before a one-time password is taken", async () => {
  const memory = createMemoryStore(systemClock);
  const store: Store = {
    ...memory,
    takeOnce: async () => {
      throw new StoreUnavailable("away");
    },
  };
  const users = createUsers(
    [
      {
        id: "one",
        username: "ci@example.com",
        password: "the password",
        totpSecret: "a secret",
        otpSource: { kind: "computed", otpAt: () => "123456", stepMs: 30_000 },
        maxLiveTokens: 10,
      },
    ],
    {
      accounts: openAccounts({
        // Nothing listens there, and nothing is sent.
        api: connectApi({
          apiUrl: "http://127.0.0.1:9",
          openTransport,
          userAgent: "test",
          deadline: deadlineIn(60_000, systemClock),
        }),
        clock: systemClock,
        newNonce: () => "0123456789abcdef0123",
        host: "broker.example.com",
        store,
        onFault: () => {},
      }),
      clock: systemClock,
      store,
      isAlone: true,
      onEvent: () => {},
      onFault: () => {},
    },
  );
  const minted = users.mint({
    rule: "web",
    users: ["one"],
    lease: "lease-1",
    name,
    grant: { scopes: ["purge_select"], services: [], lifetimeMs: 600_000 },
    signal: createSignal().signal,
  });
  await expect(minted.finally(users.close)).rejects.toThrow(StoreUnavailable);
  expect(await memory.occupancy(["one"])).toEqual(new Map([["one", 0]]));
});
