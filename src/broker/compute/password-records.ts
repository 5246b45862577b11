import type { Clock } from "../../http/clock.ts";
import type { PasswordRecord, PasswordRecords } from "../users/fastly-user.ts";
import type { Kv } from "./kv.ts";
import { encodePart } from "./places.ts";

export interface KeptPasswords extends PasswordRecords {
  /** Reads what earlier requests learned about a user's password. */
  load(user: string): Promise<void>;
  /** Writes what this request learned. */
  save(): Promise<void>;
}

const keptMs = 365 * 24 * 3_600_000;
/** Until Fastly has accepted a password once, one request at a time carries it: one in so long. */
const firstUseMs = 15_000;
/** The store takes one write a second for each key. */
const betweenWritesMs = 1_100;

const unheard: PasswordRecord = {
  use: { verdict: "unheard", sends: 0 },
  limitedUntil: 0,
  restsUntil: 0,
  rests: 0,
};

/**
 * Keeps what is known about passwords, so that one that Fastly refused is not sent by the requests that come after. A
 * record belongs to one version of the service: the next version tries again.
 */
export function keepPasswords(kv: Kv, version: string, clock: Clock): KeptPasswords {
  const records = new Map<string, PasswordRecord>();
  const changed = new Set<string>();

  async function load(user: string): Promise<void> {
    const json = await kv.get(keyOf("password", user));
    const record = json === undefined ? unheard : (JSON.parse(json) as PasswordRecord);
    records.set(user, record);
    if (record.use.verdict !== "unheard") return;
    const turn = Math.floor(clock.now() / firstUseMs);
    if (await kv.add(`${keyOf("first", user)}/${turn}`, "", firstUseMs)) return;
    records.set(user, { ...record, limitedUntil: (turn + 1) * firstUseMs });
  }

  function keyOf(kind: string, user: string): string {
    return [kind, version, user].map(encodePart).join("/");
  }

  return {
    load,
    recall: (user) => records.get(user),
    keep: (user, record) => {
      const before = records.get(user)?.use.verdict;
      records.set(user, record);
      // Sends are counted until Fastly responds.
      if (before !== record.use.verdict || before === "unheard") changed.add(user);
    },
    save: async () => {
      for (const user of changed) {
        changed.delete(user);
        const json = JSON.stringify(records.get(user));
        while (!(await kv.put(keyOf("password", user), json, keptMs))) await clock.wait(betweenWritesMs);
      }
    },
  };
}
