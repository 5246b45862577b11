import { otpSourceFrom } from "../../src/token/otp.ts";
import { type AddedUser, type Emulator, startEmulator } from "../support/emulator.ts";
import { respond } from "../support/faults.ts";
import { type Minting, mint } from "./mint.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.clearFaults());
afterAll(() => emulator.stop());

/** Mints while so many codes are refused, on a clock that the emulator's follows. */
async function mintWith(
  refusals: number | "always",
): Promise<Minting & { user: AddedUser; requests: number }> {
  const user = await emulator.addUser({ totp: true, customer: "new" });
  await emulator.settings({ clockOffsetMs: 0 });
  const body = JSON.stringify({ msg: "2fa.verify", detail: "Invalid one-time password" });
  if (refusals !== 0) await emulator.inject("POST /tokens", respond(400, body), { times: refusals });
  const before = (await emulator.requests()).length;
  const { username, password, totpSecret = "" } = user;
  const minted = await mint(
    emulator,
    { username, password, otpSource: await otpSourceFrom(totpSecret) },
    { totalMs: 600_000, onWait: (clockOffsetMs) => emulator.settings({ clockOffsetMs }) },
  );
  return { ...minted, user, requests: (await emulator.requests()).length - before };
}

test("each refused code is followed by that of another step, once or twice", async () => {
  const { outcome, hidden, requests } = await mintWith(2);
  expect(outcome.kind).toBe("minted");
  expect(requests).toBe(3);
  expect(new Set(hidden.filter((secret) => /^\d{6}$/.test(secret))).size).toBe(3);
});

test("after three it gives up, however much time is left: nobody is hammered", async () => {
  const { outcome, reported, requests, saved } = await mintWith("always");
  expect(outcome).toMatchObject({ kind: "failed", error: { code: "refused-otp" }, tries: 3 });
  expect(requests).toBe(3);
  expect(reported.map(({ kind }) => kind)).toEqual(["waiting-for-otp", "waiting-for-otp"]);
  expect(saved.at(-1)?.attempts.map(({ status }) => status.kind)).toEqual(["never-created"]);
});
