import type { Claims } from "../../support/github-oidc.ts";
import { audience, createVerifier, trusted, useGitHub } from "./support.ts";

const world = useGitHub();
const seconds = () => Math.floor(Date.now() / 1000);

/** A token of a new job, its claims changed; those that are null are taken out. */
async function tokenWith(claims: Claims, header: Claims = {}): Promise<string> {
  const job = await world.github.registerJob({ claims });
  return world.github.sign({ payload: await job.unsigned(audience), header });
}

test("the claims are those that GitHub signed, and say until when they hold", async () => {
  const { github } = world;
  const job = await github.registerJob({ repository: "octo-org/shop", environment: "production" });
  const result = await createVerifier(trusted(github)).verification(await job.token(audience));
  if (result.kind !== "verified") throw new Error(result.kind);
  expect(result.claims).toMatchObject({ ...job.claims, iss: github.issuer, aud: audience });
  expect(result.issuer).toEqual(trusted(github));
  // Five minutes, and the skew that is allowed.
  expect(result.acceptedUntil).toBe((result.claims.iat + 330) * 1000);
});

test("a claim that a token does not state is undefined, whatever its name", async () => {
  const result = await createVerifier(trusted(world.github)).verification(await tokenWith({}));
  if (result.kind !== "verified") throw new Error(result.kind);
  const { claims } = result;
  for (const name of ["constructor", "toString", "__proto__", "environment"])
    expect(claims[name]).toBeUndefined();
  expect(Object.isFrozen(claims)).toBe(true);
});

test("a token that lives for hours holds no longer than ten minutes", async () => {
  const iat = seconds();
  const token = await tokenWith({ iat, exp: iat + 21_600 });
  const result = await createVerifier(trusted(world.github)).verification(token);
  expect(result).toMatchObject({ kind: "verified", acceptedUntil: (iat + 600) * 1000 });
});

test.each<[string, () => Claims, Claims]>([
  ["without check_run_id, as older servers", () => ({ check_run_id: null }), {}],
  ["of a deployment of a commit, whose ref is empty", () => ({ ref: "", event_name: "deployment" }), {}],
  ["with claims of a later year", () => ({ a_claim_to_come: { of: ["any", "shape"] } }), {}],
  [
    "with the subject of repositories before 2026",
    () => ({ sub: "repo:octo-org/shop:ref:refs/heads/main" }),
    {},
  ],
  [
    "whose names hold any character",
    () => ({ workflow: 'Ship "it" \\ {now}: 🚢', ref: 'refs/heads/a":"b' }),
    {},
  ],
  ["that expired 20 seconds ago", () => ({ exp: seconds() - 20 }), {}],
  ["issued 20 seconds from now", () => ({ iat: seconds() + 20, nbf: seconds() + 20 }), {}],
  ["nine minutes and a half old", () => ({ iat: seconds() - 570, exp: seconds() + 1 }), {}],
  ["with fractions of a second", () => ({ iat: seconds() - 0.5 }), {}],
  [
    "with a header that says more",
    () => ({}),
    { jku: "https://elsewhere.example.com/keys", x5u: "https://e.example" },
  ],
  ["with a header that says less", () => ({}), { typ: null, x5t: null }],
])("a token %s", async (_name, claims, header) => {
  expect(await createVerifier(trusted(world.github)).verify(await tokenWith(claims(), header))).toBe(
    "verified",
  );
});

test("each listed issuer speaks for itself: an enterprise with a slug, a server with keys of its own", async () => {
  const { github } = world;
  const enterprise = await github.addIssuer("/octo-enterprise");
  const server = await github.addIssuer("/_services/token", { ownKeys: true });
  const ofEnterprise = await (await github.registerJob({ issuer: "/octo-enterprise" })).token(audience);
  const ofServer = await (await github.registerJob({ issuer: "/_services/token" })).token(audience);

  const all = createVerifier(trusted(github), trusted(enterprise), trusted(server));
  expect(await all.verification(ofEnterprise)).toMatchObject({
    kind: "verified",
    issuer: trusted(enterprise),
  });
  expect(await all.verification(ofServer)).toMatchObject({ kind: "verified", issuer: trusted(server) });

  // The enterprise's tokens are signed with github.com's keys, and are no less another issuer's.
  const githubAlone = createVerifier(trusted(github));
  expect(await githubAlone.verify(ofEnterprise)).toBe("unknown_issuer");
  expect(await githubAlone.verify(ofServer)).toBe("unknown_issuer");
});

test("an issuer's key is good for no other issuer", async () => {
  const { github } = world;
  const server = await github.addIssuer("/a-server", { ownKeys: true });
  const job = await github.registerJob();
  const forged = await github.sign({ issuer: "/a-server", payload: await job.unsigned(audience) });
  const { verify } = createVerifier(trusted(github), trusted(server));
  expect(await verify(forged)).toBe("unknown_key");
  // Nor under a kid of the other's.
  const { kid } = await github.issuerReport();
  const confused = await github.sign({
    issuer: "/a-server",
    header: { kid },
    payload: await job.unsigned(audience),
  });
  expect(await verify(confused)).toBe("bad_signature");
});
