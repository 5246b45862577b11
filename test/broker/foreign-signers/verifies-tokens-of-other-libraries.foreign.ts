import { spawnSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import type { Claims } from "../../support/github-oidc.ts";
import { audience, createVerifier, trusted, useGitHub } from "../identity/support.ts";

/** The commands that sign, by the name of their library: whoever starts this has built them. */
const signers: Record<string, string[]> = JSON.parse(process.env.FOREIGN_SIGNERS ?? "{}");

const world = useGitHub();

test("there is a signer", () => {
  expect(Object.keys(signers)).not.toEqual([]);
});

describe.each(Object.entries(signers))("%s", (_library, [command = "", ...args]) => {
  function sign(job: { alg: string; kid: string; key: string; claims: Claims }): string {
    const { status, stdout, stderr } = spawnSync(command, args, {
      input: JSON.stringify(job),
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the signer ended with ${status}: ${stderr}`);
    return stdout.trim();
  }

  async function verifySigned(alg: string, changes: Claims = {}, kid?: string): Promise<string> {
    const { github } = world;
    const { kid: current, privateKeyPem } = await github.issuerReport();
    const claims = await (await github.registerJob()).unsigned(audience);
    const token = sign({ alg, kid: kid ?? current, key: privateKeyPem, claims: { ...claims, ...changes } });
    return createVerifier(trusted(github)).verify(token);
  }

  test("signs a token that is verified", async () => {
    expect(await verifySigned("RS256")).toBe("verified");
  });

  test.each(["RS384", "RS512", "PS256"])("signs one with %s, which is rejected", async (alg) => {
    expect(await verifySigned(alg)).toBe("wrong_alg");
  });

  test("signs none, which is rejected", async () => {
    expect(await verifySigned("none")).toBe("not_three_parts");
  });

  test("signs one with a list of audiences, which is rejected", async () => {
    expect(await verifySigned("RS256", { aud: [audience] })).toBe("wrong_audience");
  });

  test("signs one under another kid, which is rejected", async () => {
    expect(await verifySigned("RS256", {}, "another")).toBe("unknown_key");
  });
});

/** PyJWT refuses to take a public key for a shared secret; not every library does. */
test.each(Object.entries(signers).filter(([library]) => library === "golang-jwt"))(
  "%s signs one with HS256 and the public key, which is rejected",
  async (_library, [command = "", ...args]) => {
    const { github } = world;
    const { kid, privateKeyPem } = await github.issuerReport();
    const key = String(createPublicKey(privateKeyPem).export({ type: "spki", format: "pem" }));
    const claims = await (await github.registerJob()).unsigned(audience);
    const { stdout } = spawnSync(command, args, {
      input: JSON.stringify({ alg: "HS256", kid, key, claims }),
      encoding: "utf8",
    });
    expect(await createVerifier(trusted(github)).verify(stdout.trim())).toBe("wrong_alg");
  },
);
