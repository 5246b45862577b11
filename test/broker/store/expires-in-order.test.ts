import * as fc from "fast-check";
import { expiries } from "../../../src/broker/store/expiries.ts";

const key = fc.constantFrom("a", "b", "c", "d", "e", "f");
const step = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), key, forMs: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ kind: fc.constant("remove" as const), key }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 30 }) }),
);

test("each key that has expired is taken once, the earliest first, whatever was added again or removed before", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const current = new Map<string, number>();
      const queue = expiries((key, until) => current.get(key) === until);
      let now = 0;
      for (const one of steps) {
        if (one.kind === "put") {
          current.set(one.key, now + one.forMs);
          queue.add(one.key, now + one.forMs);
        } else if (one.kind === "remove") current.delete(one.key);
        else {
          now += one.ms;
          const over = [...current].filter(([, until]) => until <= now).map(([, until]) => until);
          const taken: number[] = [];
          queue.takeExpired(now, (key) => {
            taken.push(current.get(key) ?? Number.NaN);
            current.delete(key);
          });
          expect(taken).toEqual(over.toSorted((a, b) => a - b));
        }
        expect(queue.first()).toBe(Math.min(...current.values()));
      }
    }),
    { numRuns: 500 },
  );
});

test("a key that never expires is never taken", () => {
  const queue = expiries(() => true);
  queue.add("forever", Number.POSITIVE_INFINITY);
  expect(queue.first()).toBe(Number.POSITIVE_INFINITY);
  queue.takeExpired(Number.POSITIVE_INFINITY, () => {
    throw new Error("was taken out");
  });
});
