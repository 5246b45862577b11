import { createListPace } from "../../../src/broker/users/list-pace.ts";

const waiting = 100;

/** Tokens that jobs hold, each with the second at which it was created. */
function tokens(count: number, bornAt: number) {
  return Array.from({ length: count }, (_, n) => ({ id: `${bornAt} ${n}`, createdAt: bornAt * 1000 }));
}

/** Twenty jobs that each hold a token for five seconds, and end it: a list a second. */
function afterOneWave() {
  const pace = createListPace();
  for (const at of [1, 2, 3, 4, 5]) pace.noteList({ askedAt: at * 1000, tokens: tokens(20, 0) }, 0, waiting);
  pace.noteList({ askedAt: 6_000, tokens: [] }, 20, waiting);
  return pace;
}

test("while nothing is known, a list that shows nothing ended puts the next one off, and one that shows many brings it forward", () => {
  const pace = createListPace();
  expect(pace.pauseMs).toBe(500);
  pace.noteList({ askedAt: 1_000, tokens: tokens(20, 0) }, 0, waiting);
  expect(pace.pauseMs).toBe(600);
  pace.noteList({ askedAt: 2_000, tokens: tokens(20, 0) }, 16, waiting);
  expect(pace.pauseMs).toBe(375);
});

test("jobs that began together end together: the next list is due when their tokens are as old as the last ones became at least", () => {
  const pace = afterOneWave();
  pace.noteList({ askedAt: 9_500, tokens: tokens(20, 6) }, 0, waiting);
  expect(pace.pauseMs).toBe(1_500);
});

test("a list is due soon once tokens are as old as that, and no pause is longer than three seconds", () => {
  const pace = afterOneWave();
  pace.noteList({ askedAt: 6_500, tokens: tokens(20, 6) }, 0, waiting);
  expect(pace.pauseMs).toBe(3_000);
  pace.noteList({ askedAt: 11_600, tokens: tokens(20, 6) }, 10, waiting);
  expect(pace.pauseMs).toBe(200);
});

test("one job that takes much longer does not make the others wait", () => {
  const pace = createListPace();
  for (const at of [1, 2, 3, 4, 5]) pace.noteList({ askedAt: at * 1000, tokens: tokens(20, 0) }, 0, waiting);
  for (const at of [6, 10, 15])
    pace.noteList({ askedAt: at * 1000, tokens: tokens(1, 0) }, at === 6 ? 19 : 0, waiting);
  pace.noteList({ askedAt: 20_000, tokens: tokens(20, 18) }, 1, waiting);
  expect(pace.pauseMs).toBe(3_000);
  pace.noteList({ askedAt: 22_500, tokens: tokens(20, 18) }, 0, waiting);
  expect(pace.pauseMs).toBe(500);
});

test("tokens that others keep for days do not count as jobs that are about to end", () => {
  const pace = afterOneWave();
  const kept = tokens(20, -86_400);
  pace.noteList({ askedAt: 6_500, tokens: [...kept, ...tokens(5, 6)] }, 0, waiting);
  const first = pace.pauseMs;
  pace.noteList({ askedAt: 7_000, tokens: [...kept, ...tokens(5, 6)] }, 0, waiting);
  expect(pace.pauseMs).toBeGreaterThan(first);
});

test("lists that are far apart do not say how long a token lived", () => {
  const pace = createListPace();
  pace.noteList({ askedAt: 1_000, tokens: tokens(20, 0) }, 0, waiting);
  pace.noteList({ askedAt: 60_000, tokens: [] }, 20, waiting);
  pace.noteList({ askedAt: 61_000, tokens: tokens(20, 60) }, 0, waiting);
  expect(pace.pauseMs).toBeLessThan(1_000);
});
