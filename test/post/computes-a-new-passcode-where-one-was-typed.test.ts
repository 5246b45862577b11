import { TOTP } from "otpauth";
import { useAction } from "../support/action.ts";

const action = useAction();

test("the secret, where it is given as well, makes the helper's one-time password", async () => {
  const user = await action.user({ totp: true });
  const otp = new TOTP({ secret: user.totpSecret ?? "" }).generate({ timestamp: Date.now() - 30_000 });
  const job = await action.job({ user, inputs: { otp } });
  expect((await job.run("main")).conclusion).toBe("success");
  const fault = { kind: "answer", when: "before", status: 403 } as const;
  await action.emulator.fault({ match: { method: "DELETE", path: "/tokens/self" }, times: 1, fault });
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});
