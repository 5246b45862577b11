import { machineClock, useAction } from "../support/action.ts";

const action = useAction();

const hour = 3_600_000;

/** The step did its work; a person has to see to the machine. */
const setTheClock = expect.objectContaining({
  level: "notice",
  message: expect.stringMatching(
    /^Correct this machine's clock: it is [\dhms]+ (behind|ahead of) Fastly's\.$/,
  ),
});

test.each([
  ["2 hours behind", -2 * hour],
  ["2 hours ahead", 2 * hour],
  ["2 minutes ahead", 120_000],
])("a machine whose clock is %s gets a token that lives as long as was asked", async (_, offsetMs) => {
  const job = await action.job({ env: machineClock(offsetMs), inputs: { "expires-in": "1h" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  expect(main.annotations).toEqual([setTheClock]);

  const tokens = await action.emulator.liveTokens(job.user.userId);
  expect(tokens.map(({ id }) => id)).toEqual([main.outputs["token-id"]]);
  const lifetime = Date.parse(tokens[0]?.expires_at ?? "") - Date.parse(tokens[0]?.created_at ?? "");
  expect(Math.abs(lifetime - hour)).toBeLessThan(60_000);

  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test.each([-20_000, 20_000, 50_000])("a clock that is off by %d ms costs no request", async (offsetMs) => {
  const { job, conclusion } = await action.main({ env: machineClock(offsetMs) });
  expect(conclusion).toBe("success");
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});

test("a clock so far off that the one-time password is wrong is corrected as well", async () => {
  const user = await action.user({ totp: true });
  const { job, conclusion, log } = await action.main({ user, env: machineClock(2 * hour) });
  expect(conclusion).toBe("success");
  expect(log).toContain("password was rejected");
  expect(await job.requests()).toEqual(["POST /tokens 400", "POST /tokens 200"]);
  expect(await job.alive()).toBe(1);
});

test("a token that lives for much less than was asked is ended, and asked for again by Fastly's clock", async () => {
  const job = await action.job({ env: machineClock(-45 * 60_000), inputs: { "expires-in": "1h" } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  expect(main.annotations).toEqual([setTheClock]);
  expect(main.log).toMatch(/trying again by Fastly's clock/);
  expect(await job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 204", "POST /tokens 200"]);
});
