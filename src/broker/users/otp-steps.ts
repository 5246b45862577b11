import type { OtpSource } from "../../token/otp.ts";
import type { Store } from "../store/store.ts";
import type { FastlyUser, UserPorts } from "./fastly-user.ts";

/** Remembers in which step a one-time password was used, since Fastly takes one once (assumed: otp-once), whichever instance sends it. */
export function rememberOtpStep(
  { id, otpSource: given }: FastlyUser,
  store: Store,
  { clock, api }: UserPorts,
) {
  let lastStep: number | undefined;
  if (given.kind !== "computed") {
    return { source: given, take: async () => 0, untilNext: async () => {}, next: () => undefined };
  }
  const { stepMs } = given;
  const now = () => clock.now() + (api.serverOffset() ?? 0);
  const source: OtpSource = {
    ...given,
    otpAt: (ms) => {
      lastStep = Math.floor(ms / stepMs);
      return given.otpAt(ms);
    },
  };

  /** @returns how long it is until the next step, where the present one's was used; 0 where it is ours now */
  async function take(): Promise<number> {
    const step = Math.floor(now() / stepMs);
    const isNew = lastStep === undefined || step > lastStep;
    if (isNew && (await store.takeOnce(`otp ${id} ${step}`, 2 * stepMs))) return 0;
    return Math.max(1, (Math.max(step, lastStep ?? step) + 1) * stepMs - now());
  }

  return {
    source,
    take,
    untilNext: async () => {
      for (let waitMs = await take(); waitMs > 0; waitMs = await take()) await clock.wait(waitMs);
    },
    next: () => source.otpAt(now()),
  };
}
