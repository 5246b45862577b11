import { TOTP } from "otpauth";
import { useAction } from "../support/action.ts";

const action = useAction();

test("half of the time is kept for a helper; where none can be made, the token itself gets that half too", async () => {
  const user = await action.user({ totp: true });
  const otp = new TOTP({ secret: user.totpSecret ?? "" }).generate();
  const job = await action.job({ user, inputs: { otp, "totp-secret": "", timeout: "3s" } });
  await job.run("main");
  await action.emulator.fault({
    match: { method: "DELETE", path: "/tokens/self" },
    times: 1,
    fault: { kind: "stall", when: "before" },
  });
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain("Revoked Fastly token");
  expect(await job.requests()).toEqual([
    "POST /tokens 200",
    "DELETE /tokens/self -",
    "DELETE /tokens/self 204",
  ]);
  expect(await job.alive()).toBe(0);
});
