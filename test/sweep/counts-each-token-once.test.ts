import { respond } from "../support/faults.ts";
import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("a token that Fastly lists three times is one token", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const ids = await sweep.leave({ user }, { user });
  const [key] = await sweep.action.emulator.addTokens([{ user: user.userId, name: "by hand" }]);
  const apiKey = key?.access_token ?? "";
  const response = await fetch(`${sweep.action.emulator.url}/tokens`, { headers: { "fastly-key": apiKey } });
  const listed = (await response.json()) as unknown[];
  const json = [...listed, ...listed, ...listed];
  await sweep.action.emulator.inject("GET /tokens", respond(200, json));
  const step = await sweep.run(user, { "api-key": apiKey }, { hidden: [apiKey] });
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 2, kept: 0, failed: 0, ids });
  expect(step.log).toContain("Fastly lists 3 tokens. Found 2 that this action created");
  expect(await sweep.live(user)).toEqual([key?.id]);
});
