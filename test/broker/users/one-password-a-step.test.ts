import { createMemoryStore } from "../../../src/broker/store/memory-store.ts";
import type { Store } from "../../../src/broker/store/store.ts";
import { fastlyUser } from "../../../src/broker/users/fastly-user.ts";
import { claimOtpSteps } from "../../../src/broker/users/otp-steps.ts";
import { type Clock, connectApi, deadlineIn, systemClock } from "../../../src/fastly/index.ts";
import { openTransport } from "../../../src/http/node.ts";
import type { SharedOtpSource } from "../../../src/token/otp.ts";
import { hasRedis } from "../../support/redis.ts";
import { useRedisStores } from "../../support/stores.ts";

const stepMs = 30_000;
const firstStep = 60_000_000;
const redis = useRedisStores();

/** Two instances with one store and one clock, each with its own way to claim. */
async function twoInstances(kind: "memory" | "Redis", duringClaim: (time: Time) => void = () => {}) {
  const time = timeAt(firstStep * stepMs + 10_000);
  const space = redis.newSpace();
  const memory = createMemoryStore(systemClock);
  const claimers = [];
  for (const isFirst of [true, false]) {
    const store = kind === "memory" ? memory : await redis.store(space);
    const takeOnce: Store["takeOnce"] = async (key, keepMs) => {
      const isOurs = await store.takeOnce(key, keepMs);
      if (isFirst) duringClaim(time);
      return isOurs;
    };
    claimers.push(claimOtpSteps(user(), { ...store, takeOnce }, portsWith(time.clock)));
  }
  const [one, two] = claimers as [(typeof claimers)[0], (typeof claimers)[0]];
  return { one, two, time };
}

type Time = ReturnType<typeof timeAt>;

function timeAt(start: number) {
  let now = start;
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    wait: async (ms) => {
      now += ms;
    },
  };
  return {
    clock,
    moveTo: (ms: number) => {
      now = Math.max(now, ms);
    },
  };
}

/** Its one-time passwords contain the step that they were computed for. */
function user() {
  const otpAt = (ms: number) => String(Math.floor(ms / stepMs) - firstStep);
  return fastlyUser({
    id: "one",
    username: "ci@example.com",
    password: "the password",
    totpSecret: "a secret",
    otpSource: { kind: "computed", otpAt, stepMs },
    maxLiveTokens: 10,
  });
}

function portsWith(clock: Clock) {
  return {
    clock,
    newNonce: () => "0123456789abcdef0123",
    host: "broker.example.com",
    // Nothing listens there, and nothing is sent.
    api: connectApi({
      apiUrl: "http://127.0.0.1:9",
      openTransport,
      userAgent: "test",
      deadline: deadlineIn(60_000, clock),
    }),
  };
}

function passwordOf(source: SharedOtpSource, clock: Clock) {
  return source.kind === "computed" ? source.otpAt(clock.now()) : undefined;
}

const kinds: ("memory" | "Redis")[] = hasRedis ? ["memory", "Redis"] : ["memory"];

describe.each(kinds)("%s", (kind) => {
  test("a step that begins after the claim is left to the instance that claims it", async () => {
    const { one, two, time } = await twoInstances(kind);
    const first = await one.untilNext();
    time.moveTo((firstStep + 1) * stepMs);
    const second = await two.untilNext();
    // The first step is over, the second is claimed by the other instance, and so the third is next.
    expect(await passwordOf(second, time.clock)).toBe("1");
    expect(await passwordOf(first, time.clock)).toBe("2");
  });

  test("a claim that takes until the step is over is followed by another", async () => {
    const { one, two, time } = await twoInstances(kind, ({ moveTo }) => moveTo((firstStep + 1) * stepMs));
    expect(await one.next()).toBe("1");
    expect(await two.next()).toBe("2");
    expect(time.clock.now()).toBeGreaterThanOrEqual((firstStep + 2) * stepMs);
  });

  test("a step that is nearly over is not claimed", async () => {
    const { one, time } = await twoInstances(kind);
    time.moveTo((firstStep + 1) * stepMs - 500);
    expect(await one.take()).toEqual({ kind: "used", untilNextMs: 500 });
    expect(await one.next()).toBe("1");
  });

  test("each one-time password of one source has a step of its own", async () => {
    const { one, two, time } = await twoInstances(kind);
    const source = await one.untilNext();
    expect(await passwordOf(source, time.clock)).toBe("0");
    expect(await two.next()).toBe("1");
    expect(await passwordOf(source, time.clock)).toBe("2");
  });
});
