import { withoutTimersFrom } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { cut, respond, stall } from "../support/faults.ts";
import { nameOf, outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

const faults: [string, Fault][] = [
  ["refused", respond(403, { msg: "no" })],
  ["met by a failing server", respond(503)],
  ["never answered", stall("before")],
  ["answered with HTML", respond(200, "<html>")],
];

test.each(faults)(
  "the list is %s: the step fails, nothing is swept, and the helper is gone",
  async (_, fault) => {
    const user = await sweep.action.user();
    const ids = await sweep.leave({ user }, { user });
    await sweep.action.emulator.inject("GET /tokens", fault, { times: "always" });
    const step = await sweep.run(user, { timeout: "3s" });
    expect(step.conclusion).toBe("failure");
    expect(step.errors).toEqual([expect.stringContaining("Nothing was swept.")]);
    expect(step.errors[0]).not.toContain("unexpected");
    expect(await sweep.live(user)).toEqual(ids);
  },
);

test.each(faults.slice(0, 3))(
  "bulk is %s: the step fails, says so, and the helper is gone",
  async (_, fault) => {
    const user = await sweep.action.user();
    sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
    const ids = await sweep.leave({ user }, { user }, { user });
    for (const path of ["/tokens", "/tokens/:id"])
      await sweep.action.emulator.inject(`DELETE ${path}`, fault, { times: "always" });
    const step = await sweep.run(user, { timeout: "3s" });
    expect(outcome(step)).toEqual({ conclusion: "failure", swept: 0, kept: 0, failed: 3, ids: [] });
    expect(step.errors).toEqual([expect.stringContaining("failed to revoke 3. Token ")]);
    expect(step.summary).toContain("❌ may still be alive: ");
    expect(await sweep.live(user)).toEqual(ids);
  },
);

test("a helper that cannot be ended is reported, also when the list failed", async () => {
  const user = await sweep.action.user();
  for (const [method, path] of [
    ["GET", "/tokens"],
    ["DELETE", "/tokens/self"],
  ] as const) {
    const fault = respond(403, {});
    await sweep.action.emulator.inject(`${method} ${path}`, fault, { times: "always" });
  }
  await sweep.action.emulator.inject("DELETE /tokens/:id", respond(403), { times: "always" });
  const step = await sweep.run(user, { timeout: "3s" });
  const [helper = ""] = await sweep.live(user);
  expect(step.errors).toEqual([expect.stringContaining("Nothing was swept.")]);
  expect(step.warnings).toEqual([expect.stringContaining(helper)]);
});

test("one that may not revoke itself is ended by its ID", async () => {
  const user = await sweep.action.user();
  await sweep.action.emulator.settings({ selfRevokeForbidden: true });
  try {
    expect(outcome(await sweep.run(user))).toMatchObject({ conclusion: "success" });
    expect(await sweep.live(user)).toEqual([]);
  } finally {
    await sweep.action.emulator.settings({ selfRevokeForbidden: false });
  }
});

test("helpers that dead sweeps left are swept as well", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const ids = await sweep.leaveNamed(user, [nameOf({ use: "sweep" }), nameOf({ use: "revoke" })]);
  expect(outcome(await sweep.run(user))).toMatchObject({ swept: 2, ids });
});

test("refused credentials are sent once", async () => {
  const user = await sweep.action.user();
  const step = await sweep.run(user, { password: "not the password" });
  expect(step.conclusion).toBe("failure");
  expect(step.errors).toEqual([expect.stringContaining("Fastly rejected the username or password.")]);
  expect(step.requests).toEqual(["POST /tokens 400"]);
});

test("a key that Fastly does not know is named as such", async () => {
  const user = await sweep.action.user();
  const apiKey = "no-key-of-fastlys-at-all";
  const step = await sweep.run(user, { "api-key": apiKey }, { hidden: [apiKey] });
  expect(step.errors).toEqual([expect.stringContaining("Check the user's role, and the input api-key")]);
  expect(step.requests).toEqual(["GET /tokens/self 403"]);
});

test("a bulk whose answer was lost has happened: nothing failed, and it did not take a request for each token", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  await sweep.leave(...Array.from({ length: 64 }, () => ({ user })));
  await sweep.action.emulator.inject("DELETE /tokens", cut("after"));
  const step = await sweep.run(user);
  expect(outcome(step)).toMatchObject({ conclusion: "success", failed: 0 });
  expect(await sweep.live(user)).toEqual([]);
  expect(step.requests.length).toBeLessThan(20);
});

test("one token that is revoked in between spares the others", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const [early = "", ...ids] = await sweep.leave({ user }, { user }, { user });
  // While GitHub is asked, somebody revokes the first by hand.
  const asked = Promise.withResolvers<void>();
  const revoked = Promise.withResolvers<void>();
  sweep.github.trouble(() => {
    asked.resolve();
    return { kind: "hold", until: revoked.promise };
  });
  const running = sweep.run(user);
  await asked.promise;
  const [key] = await sweep.action.emulator.addTokens([{ user: user.userId, name: "by hand" }]);
  await fetch(`${sweep.action.emulator.url}/tokens/${early}`, {
    method: "DELETE",
    headers: { "fastly-key": key?.access_token ?? "" },
  });
  revoked.resolve();
  const step = await running;
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 2, failed: 0, ids });
  expect(step.log).toContain("found 1 already gone");
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s: the helper is ended first, and nothing is swept",
  async (signal) => {
    const user = await sweep.action.user();
    sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
    const ids = await sweep.leave({ user });
    const asked = Promise.withResolvers<void>();
    sweep.github.trouble(() => {
      asked.resolve();
      return { kind: "stall" };
    });
    const step = await sweep.run(
      user,
      {},
      {
        // Without the signal, the wait for GitHub would have no end.
        env: withoutTimersFrom(10_000),
        meanwhile: async (running) => {
          await asked.promise;
          running.kill(signal);
        },
      },
    );
    expect(step.conclusion).toBe("failure");
    expect(step.errors).toHaveLength(1);
    expect(await sweep.live(user)).toEqual(ids);
  },
);

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s while a bulk is under way: the helper is ended first",
  async (signal) => {
    const user = await sweep.action.user();
    await sweep.leave({ user }, { user });
    const match = { method: "DELETE", path: "/tokens" };
    await sweep.action.emulator.inject("DELETE /tokens", stall("after"), { times: "always" });
    const after = await sweep.action.emulator.lastRequest();
    const step = await sweep.run(
      user,
      { "github-token": "", "trust-age": "true" },
      {
        env: withoutTimersFrom(10_000),
        meanwhile: async (running) => {
          await sweep.action.emulator.nextRequest({ ...match, after, phase: "committed" });
          running.kill(signal);
        },
      },
    );
    expect(step.conclusion).toBe("failure");
    expect(await sweep.live(user)).toEqual([]);
  },
);
