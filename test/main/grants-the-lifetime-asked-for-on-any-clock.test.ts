import { machineClock, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

const minute = 60_000;

test.each([-125, -59.33, -59, -29.9, -29, -1.5, 1.5, 29, 59, 61, 125].map((minutes) => [minutes]))(
  "a clock that is off by %d minutes",
  async (minutes) => {
    const inputs = { "expires-in": "1h" };
    const job = await action.job({ inputs, env: machineClock(minutes * minute) });
    const main = await job.run("main");
    expect(main.conclusion).toBe("success");
    // A clock that had to be corrected is for a person to set.
    for (const { level } of main.annotations) expect(level).toBe("notice");
    const [token, ...more] = await action.emulator.liveTokens(job.user.userId);
    expect(more).toEqual([]);
    const lifetime = Date.parse(token?.expires_at ?? "") - Date.parse(token?.created_at ?? "");
    expect(Math.abs(lifetime - 60 * minute)).toBeLessThanOrEqual(minute);
  },
);

test.each([429, 503])("a %d with a wrong Date teaches nothing", async (status) => {
  await action.emulator.inject(
    "POST /tokens",
    respond(status, { msg: "busy" }, { headers: { Date: "Mon, 01 Jan 2001 00:00:00 GMT" } }),
  );
  const { job, conclusion } = await action.main({ inputs: { "expires-in": "1h" } });
  expect(conclusion).toBe("success");
  expect(await job.requests()).toEqual([`POST /tokens ${status}`, "POST /tokens 200"]);
});

test.each(["Mon, 01 Jan 2001 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00 GMT"])(
  "a refusal of the expiry that names a wrong time (%s) is corrected, and no notice asks to correct the clock",
  async (date) => {
    await action.emulator.inject("POST /tokens", respond(422, { msg: "expires_at" }, { headers: { date } }));
    const { job, conclusion, annotations, log } = await action.main({ inputs: { "expires-in": "1h" } });
    expect({ conclusion, annotations }).toEqual({ conclusion: "success", annotations: [] });
    expect(log).toContain("An earlier response named a wrong time; trying again by this machine's clock.");
    const [token, ...more] = await action.emulator.liveTokens(job.user.userId);
    expect(more).toEqual([]);
    const lifetime = Date.parse(token?.expires_at ?? "") - Date.parse(token?.created_at ?? "");
    expect(Math.abs(lifetime - 60 * minute)).toBeLessThanOrEqual(minute);
  },
);
