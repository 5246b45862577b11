import fc from "fast-check";
import { formatDuration, parseDuration } from "../../src/text/duration.ts";

const seconds = fc.integer({ min: 0, max: 999_999 });

test("every duration that is written reads back, to the second", () => {
  fc.assert(
    fc.property(seconds, (whole) => expect(parseDuration(formatDuration(whole * 1000))).toBe(whole * 1000)),
  );
});

test("a duration reads the same as people write it and as ISO 8601 has it, in either case", () => {
  const parts = fc.record({ h: fc.nat(999), m: fc.nat(999), s: fc.nat(999) }, { requiredKeys: ["s"] });
  fc.assert(
    fc.property(parts, ({ h, m, s }) => {
      const text = `${h === undefined ? "" : `${h}h`}${m === undefined ? "" : `${m}m`}${s}s`;
      const expected = (((h ?? 0) * 60 + (m ?? 0)) * 60 + s) * 1000;
      for (const form of [text, text.toUpperCase(), `PT${text.toUpperCase()}`, `pt${text}`, ` ${text}\n`])
        expect(parseDuration(form)).toBe(expected);
    }),
  );
});

test("days are days", () => {
  const forms = fc.constantFrom("P#D", "#d", "#D");
  fc.assert(
    fc.property(fc.nat(999), forms, (days, form) =>
      expect(parseDuration(form.replace("#", String(days)))).toBe(days * 86_400_000),
    ),
  );
});

test("whatever a text says, the answer is a whole number of seconds, or nothing", () => {
  const pieces = fc.constantFrom(
    "P",
    "T",
    "p",
    "t",
    "1",
    "90",
    "0",
    "h",
    "m",
    "s",
    "D",
    "W",
    "Y",
    "M",
    ".",
    "-",
    "+",
    " ",
    "e",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 8 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const ms = parseDuration(text);
      expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0 && ms % 1000 === 0)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  "",
  " ",
  "P",
  "PT",
  "T1S",
  "1",
  "s",
  "1.5h",
  "1h 30m",
  "30m1h",
  "P1W",
  "P1M",
  "P1Y",
  "-1s",
  "+1s",
  "P1DT",
  "1e3s",
  "1234567s",
  "٣s",
])("%j is not a valid duration", (text) => expect(parseDuration(text)).toBeUndefined());
