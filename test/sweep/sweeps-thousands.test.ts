import { listOf, nameOf, outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

afterEach(() => sweep.action.emulator.settings({ bulkMaximum: null }));

test.each([null, 100])(
  "10,000 orphans, of which a bulk may hold %p: at most 150 requests, and all are gone",
  async (bulkMaximum) => {
    const superuser = await sweep.superuser();
    const user = await sweep.action.user({ customer: superuser.customerId });
    await sweep.action.emulator.settings({ bulkMaximum });
    const ids: string[] = [];
    for (let runId = 1; runId <= 10; runId++) {
      sweep.github.know({ repository: ownRepository, runId, status: "completed" });
      // Names of jobs that need escaping make the rows as long as they get.
      const job = `${"<&>".repeat(33)}x`;
      ids.push(
        ...(await sweep.leaveNamed(
          user,
          Array.from({ length: 1000 }, () => nameOf({ job, runId: String(runId) })),
        )),
      );
    }
    const [living] = await sweep.leave({ user: user, runId: "77" });
    sweep.github.know({ repository: ownRepository, runId: 77, status: "in_progress" });

    const step = await sweep.run(superuser, { "customer-id": superuser.customerId });
    expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 10_000, kept: 1, failed: 0 });
    expect(listOf(step.outputs["token-ids"]).toSorted()).toEqual(ids.toSorted());
    expect(await sweep.live(user)).toEqual([living]);
    expect(step.requests.length).toBeLessThanOrEqual(150);
    expect(sweep.github.questions).toHaveLength(11);

    // The harness refuses a summary over 1 MiB, as the runner does.
    const rows = step.summary.match(/<tr><td>/g)?.length ?? 0;
    const left = Number(/(\d+) more tokens are not shown here/.exec(step.summary)?.[1]);
    expect(rows).toBeGreaterThan(500);
    expect(rows + left).toBe(10_001);
    expect(step.summary.slice(0, 100)).toContain("Revoked 10000 · kept 1<");
    const progress = step.log.match(/Processed \d+ of 10000/g) ?? [];
    expect(progress.length).toBeGreaterThan(5);
    expect(progress.at(-1)).toBe("Processed 10000 of 10000");
  },
);

test("one bad token among many is found without a request for each", async () => {
  const superuser = await sweep.superuser();
  const user = await sweep.action.user({ customer: superuser.customerId });
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const ids = await sweep.leaveNamed(
    user,
    Array.from({ length: 1000 }, () => nameOf({})),
  );
  const bad = ids[700] ?? "";
  const asked = Promise.withResolvers<void>();
  const revoked = Promise.withResolvers<void>();
  sweep.github.trouble(() => {
    asked.resolve();
    return { kind: "hold", until: revoked.promise };
  });
  const running = sweep.run(superuser, { "customer-id": superuser.customerId });
  await asked.promise;
  const [key] = await sweep.action.emulator.addTokens([{ user: user.userId, name: "by hand" }]);
  const headers = { "fastly-key": key?.access_token ?? "" };
  await fetch(`${sweep.action.emulator.url}/tokens/${bad}`, { method: "DELETE", headers });
  revoked.resolve();
  const step = await running;
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 999, failed: 0 });
  expect(await sweep.live(user)).toEqual([key?.id]);
  expect(step.requests.length).toBeLessThan(40);
});
