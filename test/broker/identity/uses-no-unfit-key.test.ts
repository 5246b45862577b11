import { generateKeyPairSync } from "node:crypto";
import { signWith } from "./sign.ts";
import { audience, createVerifier, trusted, useGitHub } from "./support.ts";

const world = useGitHub();

/** What becomes of a good token when its issuer states these keys in the place of its own. */
async function verifiedWith(change: (own: Record<string, unknown>) => object[]): Promise<string> {
  const { github } = world;
  await github.rotate({ dropOld: true });
  const { published } = await github.issuerReport();
  await github.publish(change({ ...published[0] }));
  const job = await github.registerJob();
  return createVerifier(trusted(github)).verify(await job.token(audience));
}

/** A fit key, so that the set is one. */
function another(): object {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...publicKey.export({ format: "jwk" }), kid: "another" };
}

test.each<[string, (own: Record<string, unknown>) => object[]]>([
  ["for encryption", (own) => [{ ...own, use: "enc" }]],
  ["for RS512", (own) => [{ ...own, alg: "RS512" }]],
  ["for PS256", (own) => [{ ...own, alg: "PS256" }]],
  ["for signing alone", (own) => [{ ...own, key_ops: ["sign"] }]],
  ["whose key_ops is no list", (own) => [{ ...own, key_ops: "verify" }]],
  ["of another type", (own) => [{ ...own, kty: "EC" }]],
  ["that is a secret", ({ kid }) => [{ kty: "oct", kid, k: "c2VjcmV0" }]],
  ["without kid", ({ kid: _, ...own }) => [own]],
  ["whose kid is a number", (own) => [{ ...own, kid: 1 }]],
  ["without modulus", ({ n: _, ...own }) => [own]],
  ["whose modulus is no base64url", (own) => [{ ...own, n: "*" }]],
  ["that stands there twice", (own) => [own, own]],
  ["that shares its kid with another", (own) => [own, { ...another(), kid: own.kid }]],
])("a key %s verifies nothing", async (_name, change) => {
  expect(await verifiedWith((own) => [another(), ...change(own)])).toBe("unknown_key");
});

test.each<[string, (own: Record<string, unknown>) => object[]]>([
  ["without use and alg", ({ kty, n, e, kid }) => [{ kty, n, e, kid }]],
  ["that may verify", (own) => [{ ...own, key_ops: ["verify"] }]],
  [
    "that brings a certificate along",
    (own) => [{ ...own, x5c: ["AAAA"], x5u: "https://elsewhere.example.com" }],
  ],
  [
    "among keys that are none",
    (own) => [null, "key", {}, own].filter((key) => key !== undefined) as object[],
  ],
])("a key %s verifies", async (_name, change) => {
  expect(await verifiedWith(change)).toBe("verified");
});

test("a key of 1024 bits verifies nothing, though its issuer signs with it", async () => {
  const { github } = world;
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
  await github.publish([another(), { ...weak.publicKey.export({ format: "jwk" }), kid: "weak" }]);
  const job = await github.registerJob();
  const token = signWith(weak.privateKey, { alg: "RS256", kid: "weak" }, await job.unsigned(audience));
  expect(await createVerifier(trusted(github)).verify(token)).toBe("unknown_key");
});
