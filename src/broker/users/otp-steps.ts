import type { SharedOtpSource } from "../../token/otp.ts";
import type { Store } from "../store/store.ts";
import type { FastlyUser, UserPorts } from "./fastly-user.ts";

/** A source whose first one-time password nobody else uses, or how long it takes until there is one. */
export type OtpClaim = { kind: "otp"; source: SharedOtpSource } | { kind: "used"; untilNextMs: number };

/** A step is not claimed in this last part of it: the request would arrive too late. */
const lastPart = 1 / 30;

/**
 * Claims the steps of a user's one-time passwords, since Fastly takes one once (assumed: otp-once), whichever instance
 * sends it. A one-time password is computed for the step that was claimed, whatever the time is by then.
 */
export function claimOtpSteps(user: FastlyUser, store: Store, ports: UserPorts) {
  const given = user.otpSource;
  if (given.kind !== "computed") {
    const claim: OtpClaim = { kind: "otp", source: given };
    return {
      source: given,
      take: async () => claim,
      untilNext: async () => given,
      next: async () => undefined,
    };
  }
  const { stepMs, otpAt } = given;
  const { isInTime, claim, next } = stepsOf(user.id, stepMs, store, ports);

  /** Spends the claimed step first; each one-time password after it has a step of its own. */
  function sourceFrom(claimed?: number): SharedOtpSource {
    let unspent = claimed;
    return {
      kind: "computed",
      stepMs,
      otpAt: async () => {
        const step = unspent !== undefined && isInTime(unspent) ? unspent : await next();
        unspent = undefined;
        return otpAt(step * stepMs);
      },
    };
  }

  return {
    /** Claims a step when it is asked. */
    source: sourceFrom(),
    /** Claims the present step. */
    take: async (): Promise<OtpClaim> => {
      const claimed = await claim();
      if ("step" in claimed) return { kind: "otp", source: sourceFrom(claimed.step) };
      return { kind: "used", ...claimed };
    },
    /** Waits until a step is ours. */
    untilNext: async (): Promise<SharedOtpSource> => sourceFrom(await next()),
    next: async (): Promise<string | undefined> => otpAt((await next()) * stepMs),
  };
}

function stepsOf(user: string, stepMs: number, store: Store, { clock, api }: UserPorts) {
  let lastStep = -1;
  const now = () => clock.now() + (api.serverOffset() ?? 0);
  const isInTime = (step: number) => (step + 1) * stepMs - now() > stepMs * lastPart;

  /** @returns the step, or how long it is until the next */
  async function claim(): Promise<{ step: number } | { untilNextMs: number }> {
    const step = Math.floor(now() / stepMs);
    if (step > lastStep && isInTime(step)) {
      const isOurs = await store.takeOnce(`otp ${user} ${step}`, 2 * stepMs);
      lastStep = Math.max(lastStep, step);
      if (isOurs && isInTime(step)) return { step };
    }
    return { untilNextMs: Math.max(1, (Math.max(step, lastStep) + 1) * stepMs - now()) };
  }

  async function next(): Promise<number> {
    for (;;) {
      const claimed = await claim();
      if ("step" in claimed) return claimed.step;
      await clock.wait(claimed.untilNextMs);
    }
  }

  return { isInTime, claim, next };
}
