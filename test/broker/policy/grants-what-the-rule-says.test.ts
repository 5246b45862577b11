import fc from "fast-check";
import { matchesGlob } from "../../../src/broker/policy/glob.ts";
import { type Asked, decide, type Matcher, type Rule } from "../../../src/broker/policy/index.ts";

const exact = (...texts: string[]): Matcher[] => texts.map((text) => ({ kind: "exact", text }));

const webPurge: Rule = {
  id: "web-purge",
  users: ["ci"],
  match: new Map<string, readonly Matcher[]>([
    ["repository_owner_id", exact("9919")],
    ["repository_id", exact("1296269")],
    ["event_name", exact("push", "workflow_dispatch")],
    ["ref", [...exact("refs/heads/main"), { kind: "glob", glob: "refs/tags/v*" }]],
  ]),
  ownerIds: new Set(["9919"]),
  repositoryIds: new Set(["1296269"]),
  grant: { scopes: ["purge_all", "purge_select"], services: ["s1", "s2"], maxTtlMs: 600_000 },
  quotas: { maxLive: undefined, perHour: undefined },
};
const deploy: Rule = {
  ...webPurge,
  id: "deploy",
  grant: { scopes: ["global"], services: "*", maxTtlMs: 600_000 },
};
const rules = new Map([webPurge, deploy].map((rule) => [rule.id, rule]));

const claims = {
  repository_owner_id: "9919",
  repository_id: "1296269",
  event_name: "push",
  ref: "refs/heads/main",
};

type Row = readonly [name: string, rule: string, claims: object, asked: Asked, expected: object];

const granted = (scopes: string[], services: string[], ttlMs = 600_000) => ({
  kind: "granted",
  grant: { scopes, services, ttlMs },
});
const mismatch = (claim: string, value: string | null) => ({
  kind: "claim_mismatch",
  failed: [{ claim, value }],
});

const rows: readonly Row[] = [
  ["all that the rule grants", "web-purge", {}, {}, granted(["purge_all", "purge_select"], ["s1", "s2"])],
  [
    "less of everything",
    "web-purge",
    {},
    { scopes: ["purge_select"], services: ["s2"], expiresInSeconds: 60 },
    granted(["purge_select"], ["s2"], 60_000),
  ],
  [
    "the second of two values",
    "web-purge",
    { event_name: "workflow_dispatch" },
    {},
    granted(["purge_all", "purge_select"], ["s1", "s2"]),
  ],
  [
    "a ref of the pattern",
    "web-purge",
    { ref: "refs/tags/v1.2" },
    {},
    granted(["purge_all", "purge_select"], ["s1", "s2"]),
  ],
  ["a ref one level deeper", "web-purge", { ref: "refs/tags/v1/x" }, {}, mismatch("ref", "refs/tags/v1/x")],
  [
    "a ref that begins as one that matches",
    "web-purge",
    { ref: "refs/heads/main2" },
    {},
    mismatch("ref", "refs/heads/main2"),
  ],
  [
    "a ref that ends as one that matches",
    "web-purge",
    { ref: "x/refs/tags/v1" },
    {},
    mismatch("ref", "x/refs/tags/v1"),
  ],
  ["capitals", "web-purge", { ref: "refs/heads/Main" }, {}, mismatch("ref", "refs/heads/Main")],
  ["a claim that is missing", "web-purge", { ref: undefined }, {}, mismatch("ref", null)],
  [
    "an ID that is a number",
    "web-purge",
    { repository_id: 1296269 },
    {},
    mismatch("repository_id", "1296269"),
  ],
  [
    "a list that holds the value",
    "web-purge",
    { repository_id: ["1296269"] },
    {},
    mismatch("repository_id", '["1296269"]'),
  ],
  ["pull_request_target", "web-purge", { event_name: "pull_request_target" }, {}, { kind: "event_denied" }],
  ["workflow_run", "web-purge", { event_name: "workflow_run", ref: "x" }, {}, { kind: "event_denied" }],
  ["another organization", "web-purge", { repository_owner_id: "1" }, {}, { kind: "token_rejected" }],
  [
    "another organization, and an event that is denied",
    "web-purge",
    { repository_owner_id: "1", event_name: "workflow_run" },
    {},
    { kind: "token_rejected" },
  ],
  ["no rule of this name", "other", {}, {}, { kind: "unknown_rule" }],
  [
    "no rule of this name, for another organization",
    "other",
    { repository_owner_id: "1" },
    {},
    { kind: "token_rejected" },
  ],
  ["a name that every object has", "constructor", {}, {}, { kind: "unknown_rule" }],
  ["a scope that is not granted", "web-purge", {}, { scopes: ["global"] }, { kind: "scope_not_granted" }],
  [
    "a scope that is granted and one that is not",
    "web-purge",
    {},
    { scopes: ["purge_all", "global:read"] },
    { kind: "scope_not_granted" },
  ],
  ["no scope", "web-purge", {}, { scopes: [] }, { kind: "scope_not_granted" }],
  ["a scope that global holds", "deploy", {}, { scopes: ["purge_all"] }, granted(["purge_all"], [])],
  ["a scope that does not exist", "deploy", {}, { scopes: ["purge"] }, { kind: "scope_not_granted" }],
  ["all services of a rule for two", "web-purge", {}, { services: ["*"] }, { kind: "services_not_granted" }],
  ["an empty list of services", "web-purge", {}, { services: [] }, { kind: "services_not_granted" }],
  [
    "an empty list of services of a rule for all",
    "deploy",
    {},
    { services: [] },
    { kind: "services_not_granted" },
  ],
  ["another service", "web-purge", {}, { services: ["s1", "s3"] }, { kind: "services_not_granted" }],
  ["one service of a rule for all", "deploy", {}, { services: ["s9"] }, granted(["global"], ["s9"])],
  ["all services of a rule for all", "deploy", {}, { services: ["*"] }, granted(["global"], [])],
  ["all services and one", "deploy", {}, { services: ["*", "s1"] }, { kind: "services_not_granted" }],
  [
    "the longest lifetime",
    "web-purge",
    {},
    { expiresInSeconds: 600 },
    granted(["purge_all", "purge_select"], ["s1", "s2"]),
  ],
  ["a second more", "web-purge", {}, { expiresInSeconds: 601 }, { kind: "lifetime_not_granted" }],
  ["no lifetime", "web-purge", {}, { expiresInSeconds: 0 }, { kind: "lifetime_not_granted" }],
  [
    "a lifetime that is no number",
    "web-purge",
    {},
    { expiresInSeconds: Number.NaN },
    { kind: "lifetime_not_granted" },
  ],
];

test.each(rows)("%s", (_, rule, changed, asked, expected) => {
  expect(decide(rules, rule, { ...claims, ...changed }, asked)).toMatchObject(expected);
});

test("a claim that only the prototype states is not stated", () => {
  const inherited = Object.assign(Object.create({ ref: "refs/heads/main" }), { ...claims, ref: undefined });
  delete inherited.ref;
  expect(decide(rules, "web-purge", inherited)).toMatchObject(mismatch("ref", null));
});

const letters = fc.constantFrom("a", "b", "/", "*", ".");
const text = fc.array(letters, { maxLength: 12 }).map((parts) => parts.join(""));

test("a pattern matches what a regular expression for it would", () => {
  fc.assert(
    fc.property(text, text, (glob, ref) => {
      const source = glob.replace(/[.*]/g, (sign) => (sign === "*" ? "[^/]*" : "\\."));
      expect(matchesGlob(glob, ref)).toBe(new RegExp(`^${source}$`).test(ref));
    }),
    { numRuns: 3000 },
  );
});

test("a pattern of many stars takes no time to speak of", () => {
  expect(matchesGlob(`${"*a".repeat(500)}b`, "a".repeat(1000))).toBe(false);
});

// Few values, so that rules and claims often agree.
const value = fc.constantFrom("1", "2", "push", "refs/heads/a", "refs/heads/b");
const names = ["repository_owner_id", "repository_id", "event_name", "ref", "environment"];
const matchOf = fc.dictionary(fc.constantFrom(...names), fc.array(value, { minLength: 1, maxLength: 3 }));
const claimsOf = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom(1, null, ["1"]) }),
);

test("no claims outside a rule are granted, and none inside it refused", () => {
  let grants = 0;
  fc.assert(
    fc.property(matchOf, claimsOf, value, (more, stated, owner) => {
      const match = { ...more, repository_owner_id: [owner] };
      const rule = {
        ...webPurge,
        match: new Map(Object.entries(match).map(([claim, texts]) => [claim, exact(...texts)])),
      };
      const decision = decide(new Map([[rule.id, rule]]), rule.id, stated);
      // The oracle: every claim of the rule is stated, as one of its texts.
      const isInside = Object.entries(match).every(([claim, texts]) => {
        const own = stated[claim];
        return typeof own === "string" && texts.includes(own);
      });
      expect(decision.kind === "granted").toBe(isInside);
      if (isInside) grants += 1;
    }),
    { numRuns: 5000 },
  );
  expect(grants).toBeGreaterThan(20);
});

const someScopes = fc.subarray(["global", "global:read", "purge_all", "purge_select"] as const, {
  minLength: 1,
});
const someServices = fc.subarray(["s1", "s2", "s3"], { minLength: 1 });

test("what is granted is what was asked for, and never more than the rule grants", () => {
  fc.assert(
    fc.property(
      someScopes,
      someServices,
      someScopes,
      someServices,
      fc.integer({ min: -5, max: 700 }),
      (scopes, services, askedScopes, askedServices, expiresInSeconds) => {
        const rule = { ...webPurge, grant: { scopes, services, maxTtlMs: 600_000 } };
        const asked = { scopes: askedScopes, services: askedServices, expiresInSeconds };
        const decision = decide(new Map([[rule.id, rule]]), rule.id, claims, asked);
        const isWithin =
          (scopes.includes("global") || askedScopes.every((scope) => scopes.includes(scope))) &&
          askedServices.every((service) => services.includes(service)) &&
          expiresInSeconds >= 1 &&
          expiresInSeconds <= 600;
        expect(decision.kind === "granted").toBe(isWithin);
        if (decision.kind === "granted")
          expect(decision.grant).toEqual({
            scopes: askedScopes,
            services: askedServices,
            ttlMs: expiresInSeconds * 1000,
          });
      },
    ),
    { numRuns: 3000 },
  );
});
