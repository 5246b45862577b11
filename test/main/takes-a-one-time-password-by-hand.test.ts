import { TOTP } from "otpauth";
import { type Minter, told, useAction } from "../support/action.ts";

const action = useAction();

const codeOf = ({ totpSecret }: Minter) => new TOTP({ secret: totpSecret ?? "" }).generate();

test("a code that someone typed in is good for one request, spaces or not", async () => {
  const user = await action.user({ totp: true });
  const otp = codeOf(user).replace(/(...)(...)/, "$1 $2");
  const { job, conclusion } = await action.main({ user, inputs: { otp, "totp-secret": "" } });
  expect(conclusion).toBe("success");
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});

test("it comes before the secret", async () => {
  const user = await action.user({ totp: true });
  const inputs = { otp: codeOf(user), "totp-secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" };
  expect(await action.main({ user, inputs })).toMatchObject({ conclusion: "success" });
});

test("a code that was used already is not tried again", async () => {
  const user = await action.user({ totp: true });
  const inputs = { otp: codeOf(user), "totp-secret": "" };
  await action.main({ user, inputs });
  const step = await action.main({ user, inputs });
  expect(step.conclusion).toBe("failure");
  expect(told(step, "error").join()).toMatch(/one-time password.*each code works once/);
  expect(await step.job.requests()).toEqual(["POST /tokens 400"]);
});
