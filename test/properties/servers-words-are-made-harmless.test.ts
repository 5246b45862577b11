import fc from "fast-check";
import { cleanText } from "../../src/text/clean-text.ts";
import { findLeaks } from "../support/runner/leaks.ts";

const text = fc.string({ unit: "binary", maxLength: 300 });

test("what is shown of a server's text is one short line", () => {
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 2 }), (shown, secrets) => {
      const clean = cleanText(shown, secrets);
      expect(clean.length).toBeLessThanOrEqual(201);
      expect(clean).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("a secret that is thrown back is struck out, in every form that the request could have had", () => {
  const secret = fc
    .string({ unit: "grapheme", minLength: 8, maxLength: 40 })
    .filter((one) => one.trim().length >= 8);
  const forms: ((secret: string) => string)[] = [
    (one) => one,
    encodeURIComponent,
    (one) => new URLSearchParams({ password: one }).toString(),
    (one) => JSON.stringify(one),
    (one) => Buffer.from(one).toString("base64"),
  ];
  fc.assert(
    fc.property(secret, fc.constantFrom(...forms), (one, form) => {
      const clean = cleanText(`before ${form(one)} after`, [one]);
      const leaks = findLeaks([one], { clean }).filter(({ form: name }) => name !== "a line of it");
      expect(leaks).toEqual([]);
    }),
  );
});
