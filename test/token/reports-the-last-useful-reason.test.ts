import { connectApi, deadlineIn } from "../../src/fastly/index.ts";
import { unconnectedBy, unconnectedWithin } from "../../src/http/node-failures.ts";
import type { Transport } from "../../src/http/transport.ts";
import { keepJournal } from "../../src/token/journal.ts";
import { mintToken } from "../../src/token/mint-token.ts";
import { instantClock } from "../support/clock.ts";
import { name } from "./mint.ts";

/** A name that cannot be looked up, which takes longer than the last milliseconds before a deadline. */
const nowhere: Transport = {
  exchange: async (_request, { timeoutMs }) => {
    if (timeoutMs < 200) throw unconnectedWithin(timeoutMs, false);
    throw unconnectedBy(Object.assign(new Error("lookup"), { code: "ENOTFOUND" }), false);
  },
  close: async () => {},
};

test("a try that the deadline would cut off does not hide why the others failed", async () => {
  const clock = instantClock();
  const deadline = deadlineIn(2_000, clock);
  const api = connectApi({
    apiUrl: "https://api.fastly.test",
    openTransport: () => nowhere,
    userAgent: "a-test/1",
    deadline,
    clock,
    // The last wait ends just before the deadline.
    random: () => Math.min(0.999, Math.max(0, deadline.remaining() - 100) / 4_000),
  });
  const credentials = {
    username: "me@example.com",
    password: "hunter2",
    otpSource: { kind: "none" },
  } as const;
  const outcome = await mintToken(
    name,
    { scopes: ["purge_all"], services: [], lifetimeMs: 600_000 },
    credentials,
    { api, journal: keepJournal(() => {}), hide: () => {}, report: () => {} },
  );
  expect(outcome).toMatchObject({
    kind: "failed",
    error: { reason: expect.stringContaining("ENOTFOUND") },
  });
});
