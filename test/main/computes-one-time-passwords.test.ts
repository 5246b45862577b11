import { type User, useAction } from "../support/action.ts";

const action = useAction();

const forms: [form: string, of: (secret: string) => string][] = [
  ["base32", (secret) => secret],
  ["base32 in lower case, with spaces", (secret) => secret.toLowerCase().replace(/(.{4})/g, "$1 ")],
  ["base32 with hyphens, and padded", (secret) => `${secret.replace(/(.{4})(?=.)/g, "$1-")}======`],
  ["an otpauth URI", (secret) => `otpauth://totp/Fastly:me%40example.com?secret=${secret}&issuer=Fastly`],
  ["base32 with a line end", (secret) => `${secret}\n`],
  ["base32, padded at the end", (secret) => `${secret}====`],
  ["a URI with a bare issuer", (secret) => `otpauth://totp/Fastly:me?secret=${secret}&issuer`],
  ["a URI with an empty label", (secret) => `otpauth://totp/?secret=${secret}&issuer=Fastly`],
  ["a URI without a label", (secret) => `otpauth://totp?secret=${secret}`],
  [
    "a URI with pluses in the secret",
    (secret) => `otpauth://totp/F?secret=${secret.replace(/(.{4})(?=.)/g, "$1+")}`,
  ],
  [
    "a URI with %20 in the secret",
    (secret) => `otpauth://totp/F?secret=${secret.replace(/(.{4})(?=.)/g, "$1%20")}`,
  ],
  ["a URI out of HTML", (secret) => `otpauth://totp/F?issuer=Fastly&amp;secret=${secret}&amp;digits=6`],
  ["a URI with a # at the end", (secret) => `otpauth://totp/F?secret=${secret}#`],
  ["a URI in upper case", (secret) => `OTPAUTH://TOTP/F?SECRET=${secret}`],
  [
    "a URI with a padded secret in lower case",
    (secret) => `otpauth://totp/F?secret=${secret.toLowerCase()}%3D%3D`,
  ],
  ["a URI over two lines", (secret) => `otpauth://totp/F?\nsecret=${secret}`],
  ["a URI that was encoded once more", (secret) => encodeURIComponent(`otpauth://totp/F?secret=${secret}`)],
  [
    "a URI with a lone % in its label",
    (secret) => `otpauth://totp/100%?secret=${secret}&algorithm=SHA-1&period=`,
  ],
  [
    "an otpauth URI with every parameter",
    (secret) => `otpauth://totp/F?secret=${secret}&algorithm=SHA1&digits=6&period=30`,
  ],
];

let user: User;
beforeEach(async () => {
  user = await action.user({ totp: true });
});

test.each(forms)("from %s", async (_, of) => {
  const { job, conclusion, masks } = await action.main({
    user,
    inputs: { "totp-secret": of(user.totpSecret ?? "") },
  });
  expect(conclusion).toBe("success");
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
  expect(masks).toContain(user.totpSecret);
});
