import { edit, respond } from "../support/faults.ts";
import { nameOf, outcome, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("tokens that could not be read are counted, and warned of", async () => {
  const user = await sweep.action.user();
  await sweep.action.emulator.inject("GET /tokens", edit({ drop: ["created_at"] }));
  const step = await sweep.run(user);
  expect(step.conclusion).toBe("success");
  expect(step.log).toContain("Fastly lists 1 token. Found 0 that this action created");
  expect(step.warnings).toEqual([
    expect.stringMatching(/^1 token in Fastly's list could not be read and was skipped \(GET \/tokens: /),
  ]);
});

test.each([{}, { msg: "Try again" }, "[{"])("a list that is none, %j, is asked for again", async (body) => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: "octo-org/shop", runId: 100, status: "completed" });
  await sweep.leave({ user });
  await sweep.action.emulator.inject("GET /tokens", respond(200, body), { times: 2 });
  const step = await sweep.run(user);
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 1 });
  expect(step.annotations).toEqual([]);
});

test("runs that nothing is known of are warned of once, and a limit without a header ends the questions", async () => {
  const user = await sweep.action.user();
  const names = Array.from({ length: 90 }, (_, at) => nameOf({ runId: String(100 + at) }));
  await sweep.leaveNamed(user, names);
  const body = {
    message: "You have exceeded a secondary rate limit.",
    documentation_url: "https://docs.github.com",
  };
  sweep.github.trouble(() => ({ kind: "respond", status: 403, body }));
  const step = await sweep.run(user, { timeout: "20s" });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 90 });
  expect(step.warnings).toEqual([
    expect.stringMatching(/^Kept 90 tokens, because GitHub did not confirm that their runs are over: /),
  ]);
  expect(sweep.github.questions.length).toBeLessThanOrEqual(10);
});
