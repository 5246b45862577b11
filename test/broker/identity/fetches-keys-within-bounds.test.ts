import { randomUUID } from "node:crypto";
import { keyLimits } from "../../../src/broker/identity/issuer-keys.ts";
import { type GitHubEmulator, jwksRoute, startGitHubEmulator } from "../../support/github-oidc.ts";
import { audience, createVerifier, trusted } from "./support.ts";

let github: GitHubEmulator;
/** Requests for keys before this test. */
let before = 0;
beforeAll(async () => {
  github = await startGitHubEmulator();
});
beforeEach(async () => {
  before = (await github.requests(jwksRoute)).length;
});
afterEach(async () => {
  await github.up();
  await github.clearFaults();
});
afterAll(() => github.stop());

const { freshMs, staleMs, refetchMs, retryMs } = keyLimits;

/** A token issued when the verifier's clock is so far ahead. */
async function token(aheadMs = 0): Promise<string> {
  return (await github.registerJob({ clockOffsetMs: aheadMs })).token(audience);
}

async function withRandomKid(aheadMs = 0): Promise<string> {
  const job = await github.registerJob({ clockOffsetMs: aheadMs });
  return github.sign({ payload: await job.unsigned(audience), header: { kid: randomUUID() } });
}

async function questions(): Promise<number> {
  return (await github.requests(jwksRoute)).length - before;
}

test("keys are fetched once, by whichever token comes first, and for all of them", async () => {
  const { verify } = createVerifier(trusted(github));
  const tokens = await Promise.all(Array.from({ length: 20 }, () => token()));
  expect(new Set(await Promise.all(tokens.map(verify)))).toEqual(new Set(["verified"]));
  expect(await verify(await token())).toBe("verified");
  expect(await questions()).toBe(1);
});

test("a key that was added is fetched as soon as a token names it", async () => {
  const { verify } = createVerifier(trusted(github));
  const early = await token();
  expect(await verify(early)).toBe("verified");
  await github.rotate();
  const after = await Promise.all(Array.from({ length: 10 }, () => token()));
  expect(new Set(await Promise.all(after.map(verify)))).toEqual(new Set(["verified"]));
  expect(await verify(early)).toBe("verified");
  expect(await questions()).toBe(2);
});

test("random kids cause one question a minute, however many they are", async () => {
  const { verify, clock } = createVerifier(trusted(github));
  const hostile = await Promise.all(Array.from({ length: 50 }, () => withRandomKid()));
  expect(await verify(await token())).toBe("verified");
  expect(new Set(await Promise.all(hostile.map(verify)))).toEqual(new Set(["unknown_key"]));
  for (const each of hostile) expect(await verify(each)).toBe("unknown_key");
  expect(await questions()).toBe(2);

  clock.advance(refetchMs + 1);
  for (const each of hostile) expect(await verify(each)).toBe("unknown_key");
  expect(await questions()).toBe(3);
});

test("random kids keep nobody else waiting, nor from a key that is known", async () => {
  const { verify } = createVerifier(trusted(github));
  const good = await token();
  expect(await verify(good)).toBe("verified");
  await github.fault({ path: jwksRoute, times: 1, fault: { kind: "stall" } });
  const last = (await github.requests()).length;
  const waiting = verify(await withRandomKid());
  await github.nextRequest(jwksRoute, last);
  expect(await verify(good)).toBe("verified");
  expect(await waiting).toBe("unavailable");
});

test("a key that was taken out is good for ten minutes at most", async () => {
  const { verify, clock } = createVerifier(trusted(github));
  const old = await github.issuerReport();
  expect(await verify(await token())).toBe("verified");
  await github.rotate({ dropOld: true });
  clock.advance(freshMs);
  const job = await github.registerJob({ clockOffsetMs: freshMs });
  const payload = await job.unsigned(audience);
  // Signed with the new key under the old one's kid: what matters is that the kid is known no more.
  expect(await verify(await github.sign({ payload, header: { kid: old.kid } }))).toBe("unknown_key");
  expect(await verify(await job.token(audience))).toBe("verified");
});

test("a key that its issuer does not state is unknown", async () => {
  const { verify } = createVerifier(trusted(github));
  await github.rotate({ publish: false });
  const unpublished = await token();
  await github.rotate();
  expect(await createVerifier(trusted(github)).verify(await token())).toBe("verified");
  expect(await verify(unpublished)).toBe("unknown_key");
});

test("stale keys serve for a day while the issuer is down, then nothing does, until it is back", async () => {
  const { verify, verification, clock } = createVerifier(trusted(github));
  expect(await verify(await token())).toBe("verified");
  const laterTokens: [number, string][] = [];
  for (const ahead of [freshMs + 1, staleMs - refetchMs, staleMs + 1])
    laterTokens.push([ahead, await token(ahead)]);
  await github.down();
  const results: string[] = [];
  let ahead = 0;
  for (const [at, later] of laterTokens) {
    clock.advance(at - ahead);
    ahead = at;
    results.push(await verify(later));
  }
  expect(results).toEqual(["verified", "verified", "unavailable"]);
  expect(await verification(laterTokens.at(-1)?.[1] ?? "")).toMatchObject({
    kind: "unavailable",
    retryAfterMs: expect.any(Number),
  });

  await github.up();
  clock.advance(retryMs);
  expect(await verify(await token(ahead + retryMs))).toBe("verified");
});

test("while it is down the issuer is tried once a minute, and an unknown kid is no proof of a bad token", async () => {
  const { verify, clock, opened } = createVerifier(trusted(github));
  expect(await verify(await token())).toBe("verified");
  const good = await token(freshMs);
  await github.rotate();
  const rotated = await token(freshMs);
  await github.down();
  clock.advance(freshMs);
  for (let n = 0; n < 10; n++) expect(await verify(good)).toBe("verified");
  expect(opened).toHaveLength(2);
  for (let n = 0; n < 10; n++) expect(await verify(rotated)).toBe("unavailable");
  expect(opened.length).toBeLessThanOrEqual(3);

  await github.up();
  clock.advance(refetchMs);
  expect(await verify(rotated)).toBe("verified");
});

test("an issuer that is down from the start is tried once a second", async () => {
  const good = await token();
  await github.down();
  const { verify, clock, opened } = createVerifier(trusted(github));
  const results = await Promise.all(Array.from({ length: 10 }, () => verify(good)));
  results.push(await verify(good));
  expect(new Set(results)).toEqual(new Set(["unavailable"]));
  expect(opened).toHaveLength(1);
  await github.up();
  clock.advance(retryMs);
  expect(await verify(good)).toBe("verified");
});

async function keySet(): Promise<string> {
  return JSON.stringify({ keys: (await github.issuerReport()).published });
}

test.each([
  ["500", { kind: "respond", status: 500, body: "Internal Server Error" }],
  ["403 first", { kind: "respond", status: 403, body: "<!DOCTYPE html><title>Forbidden</title>" }],
  ["a redirect to itself", { kind: "respond", status: 302, headers: { location: jwksRoute } }],
  ["a permanent redirect", { kind: "respond", status: 301, headers: { location: "/elsewhere" } }],
  ["204", { kind: "respond", status: 204 }],
  ["a login page", { kind: "respond", status: 200, body: "<!DOCTYPE html><title>Sign in</title>" }],
  ["JSON that is no key set", { kind: "respond", status: 200, body: "[]" }],
  ["null", { kind: "respond", status: 200, body: "null" }],
  ["keys that are no list", { kind: "respond", status: 200, body: '{"keys":{"length":1}}' }],
  ["no keys", { kind: "respond", status: 200, body: '{"keys":[]}' }],
  ["keys that are none", { kind: "respond", status: 200, body: '{"keys":[null,1,"key",[],{}]}' }],
  ["its keys in 201", { kind: "respond", status: 201, body: "its keys" }],
  ["its keys in a redirect", { kind: "respond", status: 307, headers: { location: "/" }, body: "its keys" }],
  ["nothing, the connection cut", { kind: "cut" }],
  ["one byte more than 100 KiB", { kind: "pad", bytes: 100 * 1024 + 1 }],
  ["100 MB", { kind: "pad", bytes: 100 * 1024 * 1024 }],
] as const)("an issuer that answers %s states no keys, and is asked once", async (_name, fault) => {
  const answered = "body" in fault && fault.body === "its keys" ? { ...fault, body: await keySet() } : fault;
  await github.fault({ path: jwksRoute, times: 1, fault: answered });
  const { verify, clock } = createVerifier(trusted(github));
  const good = await token();
  expect(await verify(good)).toBe("unavailable");
  expect(await questions()).toBe(1);
  expect(await github.requests("/elsewhere")).toEqual([]);
  clock.advance(retryMs);
  expect(await verify(good)).toBe("verified");
});

test("an issuer that accepts and never answers is given up after five seconds", async () => {
  await github.fault({ path: jwksRoute, times: 1, fault: { kind: "stall" } });
  const { verify, clock } = createVerifier(trusted(github));
  const good = await token();
  // That it settles at all is what shows the limit.
  expect(await verify(good)).toBe("unavailable");
  clock.advance(retryMs);
  expect(await verify(good)).toBe("verified");
});

test("an issuer that is slow is waited for", async () => {
  await github.fault({ path: jwksRoute, times: 1, fault: { kind: "delay", ms: 1_500 } });
  expect(await createVerifier(trusted(github)).verify(await token())).toBe("verified");
});

test("a key set of exactly 100 KiB is read", async () => {
  await github.fault({ path: jwksRoute, times: 1, fault: { kind: "pad", bytes: 100 * 1024 } });
  expect(await createVerifier(trusted(github)).verify(await token())).toBe("verified");
});
