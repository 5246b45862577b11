import fc from "fast-check";
import { audience, createVerifier, trusted, useGitHub } from "./support.ts";

const world = useGitHub();

const anyCharacter = fc.oneof(
  fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);

async function goodToken(): Promise<string> {
  return (await world.github.registerJob()).token(audience);
}

test("a token of which one character is another, is missing, or is one too many, is rejected", async () => {
  const token = await goodToken();
  const { verification } = createVerifier(trusted(world.github));
  const anywhere = fc.nat(token.length - 1);
  await fc.assert(
    fc.asyncProperty(
      anywhere,
      fc.constantFrom(0, 1),
      anyCharacter.chain(orNothing),
      async (at, removed, text) => {
        const changed = token.slice(0, at) + text + token.slice(at + removed);
        fc.pre(changed !== token);
        expect((await verification(changed)).kind).toBe("rejected");
      },
    ),
    { numRuns: 2_000 },
  );

  function orNothing(character: string): fc.Arbitrary<string> {
    return fc.constantFrom(character, "");
  }
});

test("a token of which one bit is another is rejected, wherever the bit is", async () => {
  const token = Buffer.from(await goodToken(), "latin1");
  const { verification } = createVerifier(trusted(world.github));
  for (let bit = 0; bit < token.length * 8; bit++) {
    const changed = Buffer.from(token);
    changed.writeUInt8(token.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const { kind } = await verification(changed.toString("latin1"));
    if (kind !== "rejected") throw new Error(`bit ${bit}: ${kind}`);
  }
});

test("parts of two good tokens make no third", async () => {
  const parts = (await Promise.all([goodToken(), goodToken()])).map((token) => token.split("."));
  const { verification } = createVerifier(trusted(world.github));
  const pick = fc.constantFrom(...parts);
  await fc.assert(
    fc.asyncProperty(pick, pick, async (ofBody, ofSignature) => {
      const mixed = [ofBody[0], ofBody[1], ofSignature[2]].join(".");
      expect((await verification(mixed)).kind).toBe(ofBody === ofSignature ? "verified" : "rejected");
    }),
  );
});

test("text of any kind is rejected, and asks nobody", async () => {
  const { verification, opened } = createVerifier(trusted(world.github));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 400 }), async (text) => {
      expect((await verification(text)).kind).toBe("rejected");
    }),
  );
  expect(opened).toEqual([]);
});
