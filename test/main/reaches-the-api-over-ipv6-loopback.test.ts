import { type Emulator, startEmulator } from "../support/emulator.ts";
import { startJob } from "../support/runner.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ host: "::1" });
});
afterAll(() => emulator.stop());

test("http is allowed on [::1]", async () => {
  const { username, password, url } = emulator;
  const job = await startJob({
    inputs: { username, password, scope: "purge_all", services: "*", "api-url": url },
  });
  expect(await job.run("main")).toMatchObject({ conclusion: "success" });
  await job.end();
});
