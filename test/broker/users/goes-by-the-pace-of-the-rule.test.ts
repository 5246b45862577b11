import { createMemoryStore } from "../../../src/broker/store/memory-store.ts";
import { roomQueue } from "../../../src/broker/users/room-queue.ts";
import { systemClock } from "../../../src/fastly/index.ts";
import { createSignal } from "../../../src/http/create-signal.ts";

const lifetimeMs = 10 * 60_000;

/** Two rules, each with a user of its own that has room for one token. */
function twoRules() {
  const store = createMemoryStore(systemClock);
  const queue = roomQueue(store, systemClock, 100);
  const ask = (rule: string, id: string) => {
    const { signal, abort } = createSignal();
    const room = queue.request({
      lease: { id, rule, lifetimeMs },
      candidates: () => [{ user: `of-${rule}`, limit: 1, rules: 1 }],
      signal,
      until: systemClock.elapsed() + lifetimeMs,
    });
    return { room, abort };
  };
  return { store, queue, ask };
}

test("a rule whose jobs are served goes by their pace, and another rule by the expiry of its token", async () => {
  const { store, queue, ask } = twoRules();
  await ask("busy", "busy 0").room;
  await ask("stuck", "stuck 0").room;
  const stuck = ask("stuck", "stuck 1");
  const busy = [1, 2, 3, 4, 5].map((n) => ask("busy", `busy ${n}`));
  for (const n of [1, 2, 3, 4]) {
    await store.giveRoomBack("of-busy", `busy ${n - 1}`);
    queue.retry();
    expect(await busy[n - 1]?.room).toMatchObject({ kind: "room" });
  }
  stuck.abort();
  busy[4]?.abort();
  const freeInMs = async ({ room }: ReturnType<typeof ask>) => {
    const result = await room;
    return result.kind === "gave-up" ? result.freeInMs : undefined;
  };
  expect(await freeInMs(stuck)).toBeGreaterThan(lifetimeMs / 2);
  expect(busy[4] && (await freeInMs(busy[4]))).toBeLessThan(lifetimeMs / 4);
});
