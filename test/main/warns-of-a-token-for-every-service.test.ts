import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

test("services: * gives a warning, and a token that covers them all", async () => {
  const step = await action.main({ inputs: { services: "*" } });
  expect(step.conclusion).toBe("success");
  expect(messagesOf(step, "warning")).toEqual([expect.stringMatching(/every service/)]);
});

test("with services there is nothing to warn of", async () => {
  expect(await action.main()).toMatchObject({ annotations: [] });
});
