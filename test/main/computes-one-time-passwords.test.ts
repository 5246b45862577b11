import { type Minter, useAction } from "../support/action.ts";

const action = useAction();

const forms: [form: string, of: (secret: string) => string][] = [
  ["base32", (secret) => secret],
  ["base32 in lower case, with spaces", (secret) => secret.toLowerCase().replace(/(.{4})/g, "$1 ")],
  ["base32 with hyphens, and padded", (secret) => `${secret.replace(/(.{4})(?=.)/g, "$1-")}======`],
  ["an otpauth URI", (secret) => `otpauth://totp/Fastly:me%40example.com?secret=${secret}&issuer=Fastly`],
  [
    "an otpauth URI with every parameter",
    (secret) => `otpauth://totp/F?secret=${secret}&algorithm=SHA1&digits=6&period=30`,
  ],
];

let user: Minter;
beforeEach(async () => {
  user = await action.user({ totp: true });
});

test.each(forms)("from %s", async (_, of) => {
  const { job, conclusion } = await action.main({
    user,
    inputs: { "totp-secret": of(user.totpSecret ?? "") },
  });
  expect(conclusion).toBe("success");
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});
