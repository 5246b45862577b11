import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

const secret = "Sup3rSecret-of-somebody";

/** A masked secret is masked as a whole: no part of it may be quoted, wherever the text is cut. */
test.each([
  ["scope", `${secret},purge_all,moreSecret`],
  ["scope", `purge_all ${secret}`],
  ["scope", `${secret};x`],
  ["services", `${secret},moreSecret`],
  ["services", `https://${secret}.example.com/`],
  ["expires-in", secret],
  ["expires-in", `15m ${secret}`],
  ["export-env", `FASTLY_API_TOKEN,${secret}`],
  ["export-env", `FASTLY_API_TOKEN=${secret}`],
  ["label", `${secret}\nmoreSecret`],
  ["revoke", secret],
  ["summary", `true ${secret}`],
  ["timeout", secret],
  ["api-url", `https://${secret}.example.com/?${secret}`],
  ["api-url", `http://${secret}.example.com/`],
  ["api-url", secret],
])("%s: %s", async (input, value) => {
  const { conclusion, log, annotations, job } = await action.main({ inputs: { [input]: value } });
  expect(conclusion).toBe("failure");
  const shown = [log, ...annotations.map(({ message }) => message)].join("\n");
  expect(shown).toContain(`Input ${input} `);
  expect(shown).not.toMatch(/Sup3rSecret|moreSecret|somebody/i);
  expect(await job.requests()).toEqual([]);
});

test("every problem is reported at once", async () => {
  const step = await action.main({
    inputs: {
      scope: "purge-all",
      services: "",
      "expires-in": "3600",
      revoke: "yes",
      "api-url": "api.fastly.com",
    },
  });
  const lines = messagesOf(step, "error").join("\n").split("\n");
  expect(lines).toHaveLength(6);
  expect(await step.job.requests()).toEqual([]);
});
