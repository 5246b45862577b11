import { readAssumptions } from "../../scripts/verify/assumptions.ts";
import { allChecks, neverChecked } from "../../scripts/verify/checks/index.ts";
import type { Settings } from "../support/emulator.ts";
import { edit, respond } from "../support/faults.ts";
import { leaks, named, passwordSends, startVerify, type Verification, world } from "./process.ts";

type World = Awaited<ReturnType<typeof world>>;

const assumptions = readAssumptions().map(({ name }) => name);

test("each assumption of the page is checked in one place, or it is said why not", () => {
  const checked = [...allChecks().flatMap(({ names }) => names), ...Object.keys(neverChecked)];
  expect(checked.sort()).toEqual([...assumptions].sort());
});

test("without --real an emulator is asked, in which all holds", async () => {
  const { code, printed, report, ...verification } = await startVerify([]).ended;
  expect({ code, against: named("does not hold", { code, printed, report, ...verification }) }).toEqual({
    code: 0,
    against: [],
  });
  expect(Object.keys(verification.results).sort()).toEqual([...assumptions].sort());
  expect(printed).toMatch(/emulator[\s\S]*\d+ tokens of this run have ended\. None is left\./);
  expect(report).toMatch(/^## What Fastly's API does\n\n\*\*\d+ hold, 0 do not hold/);
});

test("a report that cannot be written to its file is printed", async () => {
  const { code, printed, report } = await startVerify(["--out", "no-such-folder/report.md"]).ended;
  expect(code).toBe(1);
  expect(printed).toContain("no-such-folder/report.md cannot be written (ENOENT).");
  expect(report).toMatch(/^## What Fastly's API does\n/);
});

type Case = {
  says: string;
  totp?: boolean;
  settings?: Partial<Settings>;
  prepare?: (world: World) => Promise<unknown>;
  /** What does not hold then. */
  against: string[];
  /** What is not checked, beside what never is. */
  unchecked: string[];
  passwords?: number;
};

const withoutTotp = ["otp-header", "otp-once"];

const cases: Case[] = [
  {
    says: "a user with two-factor authentication: one-time passwords are checked as well",
    totp: true,
    against: [],
    unchecked: [],
    passwords: 3,
  },
  {
    says: "what Fastly's documents leave open is one way or the other",
    settings: {
      unknownKeyStatus: 401,
      revokedStatus: 403,
      uncoveredServiceStatus: 404,
      refusalField: "code",
      customerIdInResponses: false,
    },
    against: [],
    unchecked: [...withoutTotp, "customer-list"],
  },
  {
    says: "a server that shortens names",
    settings: { nameLimit: 128 },
    against: ["name-length"],
    unchecked: withoutTotp,
  },
  {
    says: "a server that knows tokens late",
    settings: { listLagMs: 4_500 },
    against: ["known-soon"],
    unchecked: withoutTotp,
  },
  {
    says: "tokens that may not revoke themselves",
    settings: { selfRevokeForbidden: true },
    against: ["self-revoke-any-scope"],
    unchecked: [...withoutTotp, "key-revoked", "self-revoke-403"],
  },
  {
    says: "errors with a field more",
    prepare: ({ emulator }) =>
      emulator.inject("GET /tokens/:id", edit({ set: { error: "more" } }), { times: 1000 }),
    against: ["error-form", "id-dead", "id-unknown"],
    unchecked: withoutTotp,
  },
  {
    says: "a bulk revocation that is refused, and done",
    prepare: ({ emulator }) =>
      emulator.inject("DELETE /tokens", respond(404, { msg: "Record not found" }, { when: "after" }), {
        times: 1000,
      }),
    against: ["bulk-revokes"],
    unchecked: [...withoutTotp, "bulk-counts-once"],
  },
  {
    says: "an outage proves nothing",
    prepare: ({ emulator }) =>
      emulator.inject("GET /tokens/:id", respond(503, { msg: "Service unavailable" }), { times: 1000 }),
    against: [],
    unchecked: [
      ...withoutTotp,
      "name-kept",
      "name-length",
      "list-whole",
      "helper-global",
      "revoke-by-id",
      "id-dead",
      "key-missing",
      "key-unknown",
      "id-unknown",
      "bulk-all-or-none",
      "bulk-revokes",
      "bulk-counts-once",
    ],
  },
  {
    says: "a create that is not served proves nothing, and leaves no token",
    // The twelfth asks for a token that is limited to a service.
    prepare: ({ emulator }) =>
      emulator.inject("POST /tokens", respond(503, { msg: "Service unavailable" }, { when: "after" }), {
        skip: 11,
      }),
    against: [],
    unchecked: [...withoutTotp, "services-kept", "service-not-covered"],
  },
  {
    says: "refused sudo mode, in words that hold the password",
    prepare: ({ emulator, env }) =>
      emulator.inject(
        "POST /sudo",
        respond(403, { msg: `${env.FASTLY_PASSWORD} is not ${env.FASTLY_USERNAME}'s` }),
      ),
    against: ["sudo-opens"],
    unchecked: [
      ...withoutTotp,
      "known-soon",
      "name-kept",
      "name-length",
      "list-whole",
      "helper-global",
      "revoke-by-id",
      "id-dead",
      "self-revoke-any-scope",
      "key-revoked",
      "self-revoke-403",
      "read-only-writes",
      "services-kept",
      "service-not-covered",
      "scope-invalid",
      "expiry-malformed",
      "expiry-past",
      "bulk-all-or-none",
      "bulk-revokes",
      "bulk-counts-once",
      "create-lost",
      "create-settles",
      "key-expired",
    ],
  },
];

type Result = {
  verification: Verification;
  leaks: string[];
  alive: number;
  passwords: number;
  refused: number;
};

/** Side by side: each of them mostly waits. */
const results = new Map<string, Promise<Result>>();
beforeAll(() => {
  for (const each of cases) results.set(each.says, verify(each));
});

async function verify({ totp = false, settings = {}, prepare }: Case): Promise<Result> {
  const started = await world({ totp });
  const { emulator, user, args, env } = started;
  await emulator.settings(settings);
  await prepare?.(started);
  const verification = await startVerify(args, env).ended;
  const result = {
    verification,
    leaks: await leaks(verification, emulator, env),
    alive: (await emulator.liveTokens(user.userId)).length,
    passwords: await passwordSends(emulator),
    refused: (await emulator.requests()).filter(({ refusedCredentials }) => refusedCredentials).length,
  };
  await emulator.stop();
  return result;
}

test.each(cases)("$says", async ({ says, against, unchecked, passwords = 2 }) => {
  const result = await results.get(says);
  const { code = 0, results: found = {} } = result?.verification ?? {};
  const never = Object.keys(neverChecked);
  const verification = result?.verification as Verification;
  expect(named("does not hold", verification).sort()).toEqual([...against].sort());
  expect(named("not checked", verification).sort()).toEqual([...unchecked, ...never].sort());
  expect(Object.keys(found)).toHaveLength(assumptions.length);
  expect(code).toBe(against.length > 0 ? 1 : 0);
  expect(result).toMatchObject({ leaks: [], alive: 0, passwords, refused: 0 });
  expect(verification.report).toContain(" None is left.");
});
