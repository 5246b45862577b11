import { type Emulator, startEmulator } from "../support/emulator.ts";
import { mint } from "./mint.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

test("a full house outlasts sudo mode: it is asked again, once for each five minutes", async () => {
  const { username, password, apiKey } = emulator;
  const started = Date.now();
  await emulator.settings({ tokenLimit: 1 });
  const { outcome, reported } = await mint(
    emulator,
    { username, password, apiKey, otpSource: { kind: "none" } },
    {
      totalMs: 600_000,
      onWait: (ms) =>
        emulator.settings({ clockOffsetMs: Math.round(ms), ...(ms > 330_000 ? { tokenLimit: 100 } : {}) }),
    },
  );
  expect(outcome.kind).toBe("minted");
  expect(new Set(reported.map(({ kind }) => kind))).toEqual(new Set(["waiting-for-room"]));
  const sudos = (await emulator.requests()).filter(({ path }) => path === "/sudo");
  expect(sudos).toHaveLength(2);
  expect(Date.now() - started).toBeLessThan(330_000);
});
