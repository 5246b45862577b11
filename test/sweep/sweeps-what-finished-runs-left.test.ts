import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("revokes in bulk what finished runs left, asks once about each attempt, and leaves no helper", async () => {
  const user = await sweep.action.user();
  sweep.github.know(
    { repository: ownRepository, runId: 100, attempt: 1, status: "completed", conclusion: "cancelled" },
    { repository: ownRepository, runId: 100, attempt: 2, status: "completed", conclusion: "failure" },
    { repository: ownRepository, runId: 200, status: "completed" },
  );
  const ids = await sweep.leave(
    { user, runId: "100", runAttempt: "1" },
    { user, runId: "100", runAttempt: "1", job: "another job", label: "nightly purge" },
    { user, runId: "100", runAttempt: "2" },
    { user, runId: "200", use: "recovery", serial: 3 },
  );
  const step = await sweep.run(user);
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 4, kept: 0, failed: 0, ids });
  expect(step.requests).toEqual([
    "POST /tokens 200",
    "GET /tokens 200",
    "DELETE /tokens 204",
    "DELETE /tokens/self 204",
  ]);
  expect(await sweep.live(user)).toEqual([]);
  expect(sweep.github.questions.map(({ path }) => path).sort()).toEqual([
    "/repos/octo-org/shop/actions/runs/100/attempts/1",
    "/repos/octo-org/shop/actions/runs/100/attempts/2",
    "/repos/octo-org/shop/actions/runs/200/attempts/1",
  ]);
  expect(step.annotations).toEqual([]);
});

test("the workflow's own token is taken unless another is given, and never shows", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  await sweep.leave({ user });
  const step = await sweep.run(
    user,
    {},
    { debug: true, env: { NODE_DEBUG: "undici,fetch,http,net", NODE_OPTIONS: "" } },
  );
  expect(outcome(step)).toMatchObject({ swept: 1, kept: 0 });
  expect(sweep.github.questions.map(({ authorized }) => authorized)).toEqual([true]);
  expect(step.masks).toContain(sweep.github.token);
});

test("nothing left behind is a calm end", async () => {
  const user = await sweep.action.user();
  const step = await sweep.run(user);
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 0, kept: 0, failed: 0, ids: [] });
  expect(step.requests).toEqual(["POST /tokens 200", "GET /tokens 200", "DELETE /tokens/self 204"]);
  expect(sweep.github.questions).toEqual([]);
});

test("what has expired is gone, and not asked about", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  await sweep.leave({ user });
  await sweep.action.emulator.settings({ clockOffsetMs: 7_200_000 });
  try {
    expect(outcome(await sweep.run(user))).toMatchObject({ conclusion: "success", swept: 0, kept: 0 });
  } finally {
    await sweep.action.emulator.settings({ clockOffsetMs: 0 });
  }
});

test("with two-factor authentication", async () => {
  const user = await sweep.action.user({ totp: true });
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const ids = await sweep.leave({ user });
  expect(outcome(await sweep.run(user))).toMatchObject({ conclusion: "success", ids });
});

test("with a key: no helper is made, and the key stays, whatever its name", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const ids = await sweep.leave({ user }, { user });
  const [key] = await sweep.action.emulator.addTokens([
    {
      user: user.userId,
      name: "fastly-ephemeral-token/1 octo-org/shop/actions/runs/100/attempts/1 job=deploy use=job nonce=ffffffffffffffffffff.1",
      created_at: "2026-01-01T00:00:00Z",
    },
  ]);
  const apiKey = key?.access_token ?? "";
  const step = await sweep.run(user, { "api-key": apiKey }, { hidden: [apiKey] });
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 2, kept: 0, failed: 0, ids });
  expect(step.requests).toEqual(["GET /tokens/self 200", "GET /tokens 200", "DELETE /tokens 204"]);
  expect(await sweep.live(user)).toEqual([key?.id]);
});

test("a key sweeps where a full house leaves no room for a helper", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const [key] = await sweep.action.emulator.addTokens([{ user: user.userId, name: "the key" }]);
  await sweep.leave(...Array.from({ length: 99 }, () => ({ user })));
  const apiKey = key?.access_token ?? "";
  const step = await sweep.run(user, { "api-key": apiKey }, { hidden: [apiKey] });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 99 });
});

test("reports its progress", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  await sweep.leave({ user }, { user, runId: "300" }, { user, ageMinutes: 1 });
  await sweep.leaveNamed(user, ["somebody's key"]);
  sweep.github.know({ repository: ownRepository, runId: 300, status: "in_progress" });
  const { log } = await sweep.run(user);
  expect(log).toMatch(/Fastly lists 5 tokens. Found 3 that this action created/);
  expect(log).toMatch(/Asked GitHub about 2 of 2 runs/);
  expect(log).toMatch(/Processed 1 of 1 token to revoke/);
  expect(log).toMatch(/Revoked 1 token, kept 2\./);
});
