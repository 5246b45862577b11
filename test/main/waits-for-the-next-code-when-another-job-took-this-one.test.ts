import { TOTP } from "otpauth";
import { machineClock, messagesOf, type User, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

const stepMs = 30_000;

/** Gives the emulator, and the machine, a clock that is so far from the end of a 30-second step. */
async function clockBeforeStepEnds(ms: number): Promise<{ now: number; env: Record<string, string> }> {
  const real = Date.now();
  const now = Math.floor(real / stepMs) * stepMs + stepMs - ms;
  await action.emulator.settings({ clockOffsetMs: now - real });
  return { now, env: machineClock(now - real) };
}

afterEach(() => action.emulator.settings({ clockOffsetMs: 0 }));

async function takeCode(user: User, timestamp: number): Promise<void> {
  const code = new TOTP({ secret: user.totpSecret ?? "" }).generate({ timestamp });
  const { username, password } = user;
  const response = await fetch(`${action.emulator.url}/tokens`, {
    method: "POST",
    headers: { "Fastly-OTP": code },
    body: new URLSearchParams({ username, password }),
  });
  expect(response.status).toBe(200);
}

test("main waits for the next step and asks once more", async () => {
  const user = await action.user({ totp: true });
  const { env } = await clockBeforeStepEnds(4_000);
  const taken = { msg: "2fa.verify", detail: "Invalid one-time password" };
  await action.emulator.inject("POST /tokens", respond(400, taken));
  const { job, conclusion, log } = await action.main({ user, env });
  expect(conclusion).toBe("success");
  expect(log).toMatch(/another job had already used it; trying again (?:in \d+s|now) with the next one/);
  expect(await job.requests()).toEqual(["POST /tokens 400", "POST /tokens 200"]);
});

test("two jobs of a matrix share a user: both get a token, and neither hammers", async () => {
  const user = await action.user({ totp: true });
  const { env } = await clockBeforeStepEnds(4_000);
  const jobs = [await action.job({ user, env }), await action.job({ user, env })];
  const steps = await Promise.all(jobs.map((job) => job.run("main")));
  expect(steps.map(({ conclusion }) => conclusion)).toEqual(["success", "success"]);
  const requests = (await jobs[0]?.requests()) ?? [];
  expect(requests.filter((request) => request === "POST /tokens 200")).toHaveLength(2);
  expect(requests.length).toBeLessThanOrEqual(3);
});

test("where no step begins before the deadline, it says so after one request", async () => {
  const user = await action.user({ totp: true });
  const { now, env } = await clockBeforeStepEnds(28_000);
  await takeCode(user, now);
  const step = await action.main({ user, env, inputs: { timeout: "3s" } });
  expect(step.conclusion).toBe("failure");
  expect(messagesOf(step, "error").join()).toContain("Each one-time password works only once");
  expect(await step.job.requests()).toEqual(["POST /tokens 400"]);
});
