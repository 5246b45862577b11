import { byThisClock, thisMoment } from "../../src/action/clock-set.ts";
import { emptyJournal } from "../../src/token/journal.ts";

const hour = 3_600_000;

/** Main began with a clock that was off by so much, and asked for a token at this time by its clock. */
function askedAt(offBy: number, time: number): number | undefined {
  const since = thisMoment();
  const attempts = [{ name: "one", askedAt: time, expiresAt: null, status: { kind: "unknown" as const } }];
  const journal = { ...emptyJournal, attempts };
  return byThisClock(journal, { ...since, now: since.now + offBy }).attempts[0]?.askedAt;
}

test("a clock that was behind, and was set after the token was asked for", () => {
  const now = Date.now();
  expect(Math.abs((askedAt(-hour, now - hour) ?? 0) - now)).toBeLessThan(60_000);
});

test.each([
  ["before", 0],
  ["after", hour],
])("a clock that was ahead, and was set back %s the token was asked for", (_, ahead) => {
  const now = Date.now();
  expect(askedAt(hour, now + ahead)).toBeGreaterThanOrEqual(now);
});
