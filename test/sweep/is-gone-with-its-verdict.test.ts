import { type StallingServer, startSilentServer } from "../support/stalling-servers.ts";
import { outcome, useSweep } from "./sweep.ts";

const sweep = useSweep();
let silent: StallingServer;

beforeAll(async () => {
  silent = await startSilentServer();
});
afterAll(() => silent.stop());

test("a GitHub that accepts connections and never says a word holds neither the sweep nor its helper", async () => {
  const user = await sweep.action.user();
  const kept = await sweep.leave({ user }, { user, runId: "200" });
  const env = { GITHUB_API_URL: `https://127.0.0.1:${silent.port}` };
  const step = await sweep.run(user, { timeout: "4s" }, { env });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 2 });
  expect(await sweep.live(user)).toEqual(kept);
  expect(silent.connections()).toBeGreaterThan(0);
  expect(step.requests.at(-1)).toBe("DELETE /tokens/self 204");
});
