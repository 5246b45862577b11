import fc from "fast-check";
import { askedDelay, retryDelay } from "../../src/http/retry-delay.ts";

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("a wait is what the server asked for, and at most eight seconds more", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.option(fc.nat(), { nil: undefined }),
      random,
      (tries, asked, at) => {
        const delay = retryDelay(tries, asked, () => at);
        expect(delay).toBeGreaterThanOrEqual(asked ?? 0);
        expect(delay).toBeLessThanOrEqual((asked ?? 0) + 8_000);
      },
    ),
  );
});

test("whatever a server's headers hold, it asks for a time that is not negative, or for nothing", () => {
  const value = fc.option(fc.oneof(fc.string(), fc.nat().map(String), fc.date().map(String)), {
    nil: undefined,
  });
  const headers = fc.record({ "retry-after": value, "fastly-ratelimit-reset": value });
  fc.assert(
    fc.property(fc.constantFrom(429, 503), headers, fc.nat(), (status, asked, now) => {
      const delay = askedDelay(status, asked, now);
      expect(delay === undefined || (delay >= 0 && Number.isFinite(delay))).toBe(true);
    }),
  );
});
