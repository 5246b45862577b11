import type { OutgoingHttpHeaders } from "node:http";
import {
  deadlineIn,
  type FastlyApiOptions,
  getTokenCurrent,
  revokeTokenCurrent,
} from "../../src/fastly/index.ts";
import { instantClock } from "../support/clock.ts";
import { cut, truncate } from "../support/faults.ts";
import { described, errorOf, useClient } from "./client.ts";

const client = useClient();

/** A way to a server that fails so many times before it answers, and what was waited for in between. */
async function failing(
  times: number,
  status: number,
  headers: OutgoingHttpHeaders = {},
  options: Partial<FastlyApiOptions> = {},
  body = "",
) {
  const clock = instantClock();
  const seen = { requests: 0, waits: clock.waits };
  const api = await client.connectTo(
    (_, response) => {
      seen.requests += 1;
      if (seen.requests <= times) response.writeHead(status, headers).end(body);
      else response.end(JSON.stringify(described));
    },
    { clock, random: () => 0, deadline: deadlineIn(60_000, clock), ...options },
  );
  return { api, seen };
}

test.each([200, 302, 408, 429, 500, 502, 503])("a read after %d", async (status) => {
  const { api, seen } = await failing(3, status);
  expect(await getTokenCurrent(api, "key")).toMatchObject({ id: described.id });
  expect(seen.requests).toBe(4);
});

test.each(['{"msg":"ok"}', '{"id":7}', "[]", "null"])("a read after 200 with %s", async (body) => {
  const { api, seen } = await failing(2, 200, {}, {}, body);
  expect(await getTokenCurrent(api, "key")).toMatchObject({ id: described.id });
  expect(seen.requests).toBe(3);
});

test("a read after a connection that broke", async () => {
  const { emulator } = client;
  await emulator.inject("GET /tokens/self", cut("after"), { times: 2 });
  await emulator.inject("GET /tokens/self", truncate());
  await getTokenCurrent(client.connect(), emulator.apiKey);
});

test("a revocation: the result is then that it had happened", async () => {
  const { emulator } = client;
  const [token] = await emulator.addTokens([{}]);
  await emulator.inject("DELETE /tokens/self", cut("after"));
  const error = await errorOf(revokeTokenCurrent(client.connect(), token?.access_token ?? ""));
  expect(error.code).toBe("unauthorized");
});

test.each([400, 401, 403, 404, 422])("%d that is not in Fastly's form", async (status) => {
  const { api, seen } = await failing(1, status, {}, {}, "<html></html>");
  await getTokenCurrent(api, "key");
  expect(seen.requests).toBe(2);
});

test.each([400, 401, 403, 404, 422])("%d in Fastly's form is final", async (status) => {
  const { api, seen } = await failing(1, status, {}, {}, '{"msg":"no"}');
  await errorOf(getTokenCurrent(api, "key"));
  expect(seen).toEqual({ requests: 1, waits: [] });
});

test("waits grow, with full jitter below them", async () => {
  const { api, seen } = await failing(7, 503, {}, { random: () => 0.5 });
  await getTokenCurrent(api, "key");
  expect(seen.waits).toEqual([125, 250, 500, 1000, 2000, 4000, 4000]);
});

test("Retry-After in seconds comes before any jitter", async () => {
  const { api, seen } = await failing(1, 503, { "Retry-After": "7" }, { random: () => 0.5 });
  await getTokenCurrent(api, "key");
  expect(seen.waits).toEqual([7_125]);
});

test("Retry-After as a date counts from the server's own", async () => {
  const date = "Wed, 14 Jan 2026 11:47:46 GMT";
  const { api, seen } = await failing(1, 429, { date, "Retry-After": "Wed, 14 Jan 2026 11:47:58 GMT" });
  await getTokenCurrent(api, "key");
  expect(seen.waits).toEqual([12_000]);
});

test("a date that is past asks for nothing", async () => {
  const { api, seen } = await failing(1, 429, { "Retry-After": "Wed, 14 Jan 2015 11:47:58 GMT" });
  await getTokenCurrent(api, "key");
  expect(seen.waits).toEqual([0]);
});

test("Fastly-RateLimit-Reset counts where the limit was met", async () => {
  const date = new Date(1_768_391_266_000).toUTCString();
  const { api, seen } = await failing(1, 429, { date, "Fastly-RateLimit-Reset": "1768391271" });
  await getTokenCurrent(api, "key");
  expect(seen.waits).toEqual([5_000]);
});

test("and asks for nothing where it merely stands, as on every write", async () => {
  const { api, seen } = await failing(1, 503, { "Fastly-RateLimit-Reset": "99999999999" });
  await getTokenCurrent(api, "key");
  expect(seen.waits).toEqual([0]);
});

test.each(["Wednesday, 14-Jan-26 11:47:58 GMT", "Wed Jan 14 11:47:58 2026 GMT"])(
  "the older form %s is a date as well",
  async (value) => {
    const date = "Wed, 14 Jan 2026 11:47:46 GMT";
    const { api, seen } = await failing(1, 429, { date, "Retry-After": value });
    await getTokenCurrent(api, "key");
    expect(seen.waits).toEqual([12_000]);
  },
);

test.each(["1", "2099", "2099-01-01"])("Date: %s is no date, and nothing counts from it", async (date) => {
  const asked = { "Retry-After": new Date(Date.now() + 40_000).toUTCString() };
  const { api, seen } = await failing(1, 429, { date, ...asked });
  await getTokenCurrent(api, "key");
  const [waited = 0] = seen.waits;
  expect(waited).toBeGreaterThan(1_000);
  expect(waited).toBeLessThanOrEqual(40_000);
});

test.each(["soon", "-", "1e9999", "-1", "1.5", "2099-01-01", "99999999999"])(
  "Retry-After: %s asks for nothing",
  async (value) => {
    const { api, seen } = await failing(1, 429, { "Retry-After": value, "Fastly-RateLimit-Reset": "soon" });
    await getTokenCurrent(api, "key");
    expect(seen.waits).toEqual([0]);
  },
);

test("where a server asks for a longer wait than there is time, it is asked once more at the end", async () => {
  const { api, seen } = await failing(1, 503, { "Retry-After": "3600" });
  await getTokenCurrent(api, "key");
  expect(seen).toEqual({ requests: 2, waits: [expect.any(Number)] });
  const [waited = 0] = seen.waits;
  expect(waited).toBeGreaterThan(30_000);
  expect(waited).toBeLessThanOrEqual(58_000);
});

test("and no more than once", async () => {
  const { api, seen } = await failing(9, 429, { "Retry-After": "3600" });
  expect(await errorOf(getTokenCurrent(api, "key"))).toMatchObject({ retryAfterMs: 3_600_000 });
  expect(seen.requests).toBe(2);
});

test("Fastly's own limit that is reset after the deadline is not waited for", async () => {
  const { api, seen } = await failing(1, 429, { "Retry-After": "61" }, {}, '{"msg":"limit"}');
  expect(await errorOf(getTokenCurrent(api, "key"))).toMatchObject({
    code: "rate-limited",
    retryAfterMs: 61_000,
  });
  expect(seen).toEqual({ requests: 1, waits: [] });
});

test("it goes on until the deadline, and no longer", async () => {
  const { api, seen } = await failing(Number.POSITIVE_INFINITY, 503, {}, { random: () => 0.999 });
  expect((await errorOf(getTokenCurrent(api, "key"))).code).toBe("server-error");
  const waited = seen.waits.reduce((sum, ms) => sum + ms, 0);
  expect(waited).toBeLessThan(60_000);
  expect(waited).toBeGreaterThan(50_000);
  expect(seen.requests).toBe(seen.waits.length + 1);
});

test("an interruption ends a wait with what had gone wrong", async () => {
  const controller = new AbortController();
  const { api, seen } = await failing(
    9,
    503,
    {},
    {
      signal: controller.signal,
      random: () => {
        controller.abort();
        return 0;
      },
    },
  );
  expect((await errorOf(getTokenCurrent(api, "key"))).code).toBe("server-error");
  expect(seen.requests).toBe(1);
});
