import { useAction } from "../support/action.ts";

const action = useAction();

test("a password stored with a line end is masked in the forms of the password itself", async () => {
  const password = 'p@ss word&<"!';
  const user = await action.emulator.addUser({ password });
  const { masks, conclusion } = await action.main({ user, inputs: { password: `${password}\n` } });
  expect(conclusion).toBe("success");
  const forms = [
    password,
    encodeURIComponent(password),
    new URLSearchParams([["", password]]).toString().slice(1),
    Buffer.from(password).toString("base64"),
    "p@ss word&amp;&lt;&quot;!",
  ];
  expect(masks).toEqual(expect.arrayContaining(forms));
});

test("a part of a secret that got into the wrong input is not shown", async () => {
  const { annotations, conclusion } = await action.main({ inputs: { services: "Abc,def-SecretPart" } });
  expect(conclusion).toBe("failure");
  const text = annotations.map(({ message }) => message).join("\n");
  expect(text).toContain("is not a service ID: item 1 of 2 (3 characters)");
  expect(text).not.toContain("SecretPart");
});
