import { useAction } from "../support/action.ts";

const action = useAction();

const password = "p%s w/+rd é&k=\"'";

test("credentials are masked, and what an encoding makes of them, before anything else is printed", async () => {
  const user = await action.user({ password });
  const { stdout, masks } = await action.main({ user });
  expect(masks).toEqual(
    expect.arrayContaining([
      user.username,
      password,
      encodeURIComponent(password),
      new URLSearchParams({ "": password }).toString().slice(1),
      JSON.stringify(password).slice(1, -1),
      Buffer.from(password).toString("base64"),
      Buffer.from(`${user.username}:${password}`).toString("base64"),
    ]),
  );
  const lines = stdout.trimEnd().split("\n");
  const firstOther = lines.findIndex((line) => !line.startsWith("::add-mask::"));
  const lastMask = lines.findLastIndex((line) => line.startsWith("::add-mask::"));
  expect(lines.slice(firstOther, lastMask)).toEqual([]);
});

test("the two-factor secret is masked in the forms that it is read in", async () => {
  const user = await action.user({ totp: true });
  const secret = user.totpSecret ?? "";
  const spaced = secret.toLowerCase().replace(/(.{4})(?=.)/g, "$1 ");
  const { masks } = await action.main({ user, inputs: { "totp-secret": spaced } });
  expect(masks).toEqual(
    expect.arrayContaining([spaced, secret, secret.toLowerCase(), encodeURIComponent(spaced)]),
  );
});

test("credentials of a step that its inputs stop are masked as well", async () => {
  const { conclusion, masks } = await action.main({ inputs: { password, scope: "all" } });
  expect(conclusion).toBe("failure");
  expect(masks).toContain(encodeURIComponent(password));
});
