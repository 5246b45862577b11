import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { LoadResult } from "../support/broker-load.ts";
import { hasRedis } from "../support/redis.ts";

const script = "test/support/broker-load/killed-meanwhile.ts";

async function play(): Promise<LoadResult & { events: number }> {
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "pipe"] });
  const [result, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (result === "") throw new Error(complaint);
  return JSON.parse(result);
}

(hasRedis ? test : test.skip)(
  "2,000 jobs through two instances on one Redis, all of which are killed meanwhile: each job gets its token, each JWT makes one, no user has more than 100, and none is left",
  async () => {
    const { peaks, recovered, creates, ...result } = await play();
    expect(result).toMatchObject({ served: 2_000, failures: [], left: [], twice: 0, events: 5 });
    expect(Math.max(...peaks)).toBeLessThanOrEqual(100);
    // Fastly holds that limit as well: whoever miscounts asks it for tokens in vain.
    expect(creates).toBeLessThan(2_100);
    // The users were nearly full, and answers were lost: otherwise nothing of this was put to the test.
    expect(peaks.reduce((sum, peak) => sum + peak, 0)).toBeGreaterThan(300);
    expect(Object.keys(recovered)).not.toEqual([]);
  },
  1_800_000,
);
