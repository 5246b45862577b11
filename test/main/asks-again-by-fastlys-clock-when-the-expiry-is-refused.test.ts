import { machineClock, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

test.each([400, 422])("%d for an expiry in the past, on a machine with a wrong clock", async (status) => {
  await action.emulator.inject("POST /tokens", respond(status, { msg: "expires_at is in the past" }));
  const { job, conclusion, log } = await action.main({ env: machineClock(-7_200_000) });
  expect(conclusion).toBe("success");
  expect(log).toMatch(/clock is (2h|1h59m).* behind Fastly's; trying again/);
  expect(await job.requests()).toEqual([`POST /tokens ${status}`, "POST /tokens 200"]);
});
