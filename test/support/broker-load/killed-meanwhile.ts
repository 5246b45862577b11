/*
 * node test/support/broker-load/killed-meanwhile.ts
 *
 * A load during which the store and the instances are killed and started again. Prints the result as JSON. A process of
 * its own, since jobs run the action's code, whose packages jest does not load.
 */
import { type LoadWorld, playLoad } from "../broker-load.ts";
import { holdUntilOthers } from "./hold.ts";

/** What happens once so many jobs were served, while others ask and wait. */
const events: readonly [served: number, event: (world: LoadWorld) => Promise<unknown>][] = [
  [300, restartStore],
  [700, ({ restart }) => restart(0)],
  [1_100, restartStore],
  [1_400, (world) => Promise.all([restartStore(world), world.restart(1)])],
  [1_700, ({ restart }) => restart(0)],
];

async function restartStore({ redis }: LoadWorld): Promise<void> {
  await redis.kill();
  await redis.start();
}

const happened: Promise<unknown>[] = [];
const result = await playLoad({
  jobs: 2_000,
  users: 4,
  instances: 2,
  // Of 396 places: the users are nearly full for as long as jobs wait.
  hold: holdUntilOthers(300),
  atOnce: 420,
  twinEvery: 5,
  onServed: (served, world) => {
    const [, event] = events.find(([at]) => at === served) ?? [];
    if (event) happened.push(event(world));
    // Awaited once all is over: until then, the load itself shows what came of it.
    happened.at(-1)?.catch(() => {});
    return undefined;
  },
});
await Promise.all(happened);
console.log(JSON.stringify({ ...result, events: happened.length }));
