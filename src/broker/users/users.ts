import type { Clock } from "../../fastly/index.ts";
import { createSignal } from "../../http/create-signal.ts";
import type { Signal } from "../../http/signal.ts";
import type { ConfiguredUser } from "../config/configuration.ts";
import { workUnderWay } from "./background.ts";
import type { Crew } from "./crew.ts";
import { isOut, isResting, restWhereSpent } from "./fastly-user.ts";
import { listsOf } from "./lists.ts";
import { type Member, openMember } from "./member.ts";
import { mint } from "./mint.ts";
import { roomQueue } from "./room-queue.ts";
import { roomWithoutQueue } from "./room-without-queue.ts";
import type { Users, UsersPorts } from "./types.ts";

export type { Minted, MintResult, UserEvent, UserState, Users } from "./types.ts";

/** A token whose response was lost is not looked for longer at the end: its run, or GitHub's webhook, ends it. */
const longestCloseMs = 5_000;
const longestQueue = 2_000;
/** Another instance may have learned of room meanwhile. */
const housekeepingMs = 250;

export function createUsers(configs: readonly ConfiguredUser[], ports: UsersPorts): Users {
  const { accounts, clock, store } = ports;
  const closing = createSignal();
  const closed = createSignal();
  const crew = assembleCrew(configs, ports, closed.signal);
  const { members, queue, lists, work } = crew;
  const housekeeping = ports.isForOneRequest ? undefined : keepHouse(crew, closing.signal);

  return {
    mint: (order) => mint(order, crew),
    list: lists.list,
    end: lists.end,
    endSelf: lists.endSelf,
    correct: async (ids) => {
      await lists.correct(ids, true);
    },
    states: async () => {
      const live = await store.occupancy([...members.keys()]);
      return [...members.values()].map(({ user, candidate }) => {
        return {
          id: user.id,
          out: isOut(user),
          resting: isResting(user, clock),
          live: live.get(user.id) ?? 0,
          limit: candidate.limit,
        };
      });
    },
    get queueLength() {
      return queue.length;
    },
    close: async () => {
      closing.abort();
      await housekeeping;
      clock.wait(longestCloseMs, closed.signal).then(closed.abort, () => {});
      await work.idle();
      await Promise.all([...members.values()].map(({ account }) => accounts.giveBack(account)));
      closed.abort();
    },
  };
}

function assembleCrew(configs: readonly ConfiguredUser[], ports: UsersPorts, closed: Signal): Crew {
  const { store, clock, isForOneRequest = false } = ports;
  const work = workUnderWay(ports.onFault);
  const lists = listsOf(() => crew);
  const queue = isForOneRequest
    ? roomWithoutQueue(store, async (ids) => {
        await lists.correct(ids, true);
      })
    : roomQueue(store, clock, longestQueue);
  const members = new Map(
    configs.map((config) => {
      const member = openMember(config, ports, (...leftover) => {
        if (ports.isAlone) work.inBackground(lists.endLeftover(...leftover));
      });
      return [config.id, member] as const;
    }),
  );

  function find(id: string): Member {
    const member = members.get(id);
    if (!member) throw new TypeError(`no user ${id}`);
    return member;
  }

  function noteHealth({ user }: Member): void {
    restWhereSpent(user, clock);
    if (!isOut(user) || user.reportedOut) return;
    user.reportedOut = true;
    ports.onEvent({ kind: "out", user: user.id });
    queue.retry();
  }

  const crew: Crew = { ports, members, find, queue, lists, work, noteHealth, closed };
  return crew;
}

/** While somebody waits, lists are read, since jobs end their tokens unannounced; idle keys are ended. */
async function keepHouse({ ports, members, queue, lists, work }: Crew, closing: Signal): Promise<void> {
  while (await slept(ports.clock, closing)) {
    if (queue.length > 0) {
      work.inBackground(lists.correct([...queue.wanted()]));
      queue.retry();
    }
    for (const { sessions } of members.values()) work.inBackground(sessions.endIfIdle());
  }
}

async function slept(clock: Clock, closing: Signal): Promise<boolean> {
  await clock.wait(housekeepingMs, closing).catch(() => {});
  return !closing.aborted;
}
