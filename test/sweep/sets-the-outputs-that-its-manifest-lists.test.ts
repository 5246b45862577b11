import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { respond } from "../support/faults.ts";
import { listOf, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("each token with its status, what failed first, and the helper token that revoked them", async () => {
  const user = await sweep.action.user();
  for (const runId of [100, 101])
    sweep.github.know({ repository: ownRepository, runId, status: "completed" });
  sweep.github.know({ repository: ownRepository, runId: 200, status: "in_progress" });
  const ids = await sweep.leave(
    { user },
    { user, runId: "101" },
    { user, runId: "200" },
    { user, runId: "300" },
    { user, ageMinutes: 1 },
  );
  const [swept, refused, alive, unknown, young] = ids;
  await sweep.action.emulator.inject("DELETE /tokens", respond(400, { msg: "Bad request" }));
  await sweep.action.emulator.inject(`DELETE /tokens/${refused}`, respond(403, { msg: "no" }));
  const { outputs } = await sweep.run(user);
  const manifest = parse(await readFile("sweep/action.yml", "utf8"));
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(manifest.outputs).sort());
  expect(outputs.audit).not.toContain("\n");
  const all = await sweep.action.emulator.tokens();
  expect(JSON.parse(outputs.audit ?? "")).toEqual({
    api_url: sweep.action.emulator.url,
    dry_run: false,
    unreadable: 0,
    key_id: all.find(({ name }) => name.includes("use=sweep"))?.id,
    leftover_helpers: [],
    left_out: 0,
    tokens: [
      entry(refused, { status: "unknown", reason: "forbidden" }),
      entry(unknown, { status: "kept", reason: "run_unknown" }),
      entry(swept, { status: "revoked", reason: "run_over" }),
      entry(alive, { status: "kept", reason: "run_alive" }),
      entry(young, { status: "kept", reason: "too_young" }),
    ],
  });

  function entry(id: string | undefined, status: Record<string, string>) {
    const token = all.find((one) => one.id === id);
    const { name: token_name, created_at, expires_at } = token ?? {};
    return { token_id: id, token_name, user_id: user.userId, created_at, expires_at, ...status };
  }
});

test("a dry run reports what it would revoke", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const [id] = await sweep.leave({ user });
  const { outputs } = await sweep.run(user, { "dry-run": "true" });
  expect(JSON.parse(outputs.audit ?? "")).toMatchObject({
    dry_run: true,
    tokens: [{ token_id: id, status: "would_revoke", reason: "run_over" }],
  });
});

test("what a step's environment has no room for is left out and counted", async () => {
  const superuser = await sweep.superuser();
  const users = await Promise.all(
    Array.from({ length: 5 }, () => sweep.action.user({ customer: superuser.customerId })),
  );
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  for (const user of users)
    await sweep.leave(...Array.from({ length: 90 }, () => ({ user, job: "deploy".repeat(15) })));
  const { outputs } = await sweep.run(superuser, { "customer-id": superuser.customerId });
  const { left_out, tokens } = JSON.parse(outputs.audit ?? "");
  expect(listOf(outputs["token-ids"])).toHaveLength(450);
  expect(left_out).toBeGreaterThan(0);
  expect(tokens.length + left_out).toBe(450);
  expect(Buffer.byteLength(outputs.audit ?? "")).toBeLessThan(120 * 1024);
});
