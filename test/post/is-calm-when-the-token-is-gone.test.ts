import { machineClock, useAction } from "../support/action.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

const calm = { conclusion: "success", annotations: [] };

async function revokeByHand(token: string): Promise<void> {
  const { status } = await fetch(`${action.emulator.url}/tokens/self`, {
    method: "DELETE",
    headers: { "Fastly-Key": token },
  });
  expect(status).toBe(204);
}

test("a token that was revoked by hand in between", async () => {
  const job = await action.job();
  const { outputs } = await job.run("main");
  await revokeByHand(outputs.token ?? "");
  const post = await job.run("post");
  expect(post).toMatchObject(calm);
  expect(post.log).toMatch(new RegExp(`${outputs["token-id"]} is already gone`));
  expect(await job.requests()).toEqual([
    "POST /tokens 200",
    "DELETE /tokens/self 204",
    // One 401 may come from a place that does not know the token yet.
    "DELETE /tokens/self 401",
    "DELETE /tokens/self 401",
  ]);
});

test.each([401, 404])("one that Fastly does not know (%d), however often it is asked", async (status) => {
  const job = await action.job();
  await job.run("main");
  const json = { msg: "Record not found" };
  await action.emulator.inject("DELETE /tokens/self", respond(status, json), { times: "always" });
  const post = await job.run("post");
  expect(post).toMatchObject(calm);
  expect(post.log).toContain("is already gone: it was revoked earlier");
});

test("one that expired before the job ended: Fastly says so, and is believed at once", async () => {
  const job = await action.job({ inputs: { "expires-in": "1m" } });
  await job.run("main");
  const later = 120_000;
  await action.emulator.settings({ clockOffsetMs: later });
  const post = await job.run("post", { env: machineClock(later) });
  await action.emulator.settings({ clockOffsetMs: 0 });
  expect(post).toMatchObject(calm);
  expect(post.log).toContain("is already gone: it has expired");
  expect(await job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 401"]);
});

test("post that runs twice", async () => {
  const job = await action.job();
  await job.run("main");
  expect(await job.run("post")).toMatchObject(calm);
  expect(await job.run("post")).toMatchObject(calm);
});

test("one that answers 403 and turns out to be dead", async () => {
  await action.emulator.settings({ revokedStatus: 403 });
  const job = await action.job();
  const { outputs } = await job.run("main");
  await revokeByHand(outputs.token ?? "");
  const post = await job.run("post");
  await action.emulator.settings({ revokedStatus: 401 });
  expect(post).toMatchObject(calm);
  expect(post.log).toMatch(new RegExp(`${outputs["token-id"]} is already gone`));
  expect(await job.alive()).toBe(0);
});
