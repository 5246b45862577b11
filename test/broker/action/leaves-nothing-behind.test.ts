import { machineClock, messagesOf } from "../../support/action.ts";
import { useBrokerWorld } from "../../support/broker-jobs.ts";
import { cut, delay, edit, respond, stall, truncate } from "../../support/faults.ts";
import { idTokenRoute } from "../../support/github-oidc.ts";
import type { RunningStep } from "../../support/runner.ts";

const world = useBrokerWorld();
const create = { method: "POST", path: "/tokens" } as const;

/** Waits until the broker's create for this job has come so far at Fastly. */
async function untilCreate(phase: "received" | "committed" | "answered", after: number): Promise<void> {
  await world.fastly.nextRequest({ ...create, phase, after });
}

async function lastRequest(): Promise<number> {
  return await world.fastly.lastRequest();
}

test.each(["received", "committed", "answered"] as const)(
  "a broker that is killed when its create was %s: the next try gets a token, and post ends both",
  async (phase) => {
    const after = await lastRequest();
    const when = phase === "received" ? "before" : "after";
    if (phase === "answered") world.front.fault({ path: "/v1/token", fault: cut("after") });
    else await world.fastly.inject("POST /tokens", stall(when));
    const job = await world.job();
    const main = await job.start("main");
    await untilCreate(phase, after);
    await world.kill();
    const step = await main.done;
    expect(step).toMatchObject({ conclusion: "success", annotations: [] });
    const nonces = job.forms().map((form) => form.get("nonce"));
    expect(new Set(nonces).size).toBe(nonces.length);
    expect(nonces.length).toBeGreaterThanOrEqual(2);
    await world.restart();
    const post = await job.run("post", { env: machineClock(95_000) });
    expect(messagesOf(post, "error")).toEqual([]);
    expect(await job.alive()).toEqual([]);
  },
);

test("a token whose response was lost is ended through another instance", async () => {
  world.front.fault({ path: "/v1/token", times: "always", fault: cut("after") });
  const job = await world.job({ inputs: { timeout: "8s" } });
  expect((await job.run("main")).conclusion).toBe("failure");
  const lost = await job.alive();
  expect(lost.length).toBeGreaterThanOrEqual(1);
  const other = await world.startInstance();
  const { target } = world.front;
  world.front.target = other.url;
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toEqual([]);
  expect((await job.asked()).broker.at(-1)).toBe("POST /v1/end 200");
  const form = job.forms().at(-1);
  expect(form?.get("rule")).toBe("web-purge");
  expect(form?.get("nonces")?.split(" ")).toHaveLength(lost.length);
  world.front.target = target;
  await other.stop();
});

test("a broker that is down in post: the job's token ends at Fastly, and the lost one is reported", async () => {
  world.front.fault({ path: "/v1/token", fault: cut("after") });
  const job = await world.job({ inputs: { timeout: "8s" } });
  expect(await job.run("main")).toMatchObject({ conclusion: "success", annotations: [] });
  const [lost = ""] = (await job.alive()).filter((name) => !name.includes(nonceOf(job.forms().at(-1))));
  const { target } = world.front;
  world.front.target = "http://127.0.0.1:9";
  const post = await job.run("post", { inputs: { timeout: "5s" } });
  world.front.target = target;
  expect(await job.alive()).toEqual([lost]);
  const [warning = ""] = messagesOf(post, "warning");
  expect(warning).toContain(lost.split(" ")[1]);
  expect(warning).toMatch(
    /may be alive; it expires at \d{4}-\S+Z\. The broker could not confirm the revocation: /,
  );
});

function nonceOf(form: URLSearchParams | undefined): string {
  return form?.get("nonce") ?? "";
}

test.each([
  ["scope", { scope: "global" }, /its scope is "global", wider than requested/],
  ["services", { services: [] }, /it covers every service, more than requested/],
  ["lifetime", { expires_at: "2099-01-01T00:00:00Z", expires_in: 2_000_000_000 }, /longer than requested/],
] as const)("an answer with a wider %s is refused, and its token ended", async (_, set, words) => {
  world.front.fault({ path: "/v1/token", fault: edit({ set }) });
  const [service = ""] = world.user.services;
  const job = await world.job({ inputs: { scope: "purge_all", services: service, "expires-in": "5m" } });
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "failure", outputs: {} });
  expect(messagesOf(main, "error").join()).toMatch(words);
  expect(messagesOf(main, "error").join()).toContain("It was revoked immediately.");
  expect(await job.alive()).toEqual([]);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
});

test.each([
  ["no ID", { token_id: null }],
  ["no expiry", { expires_at: null }],
  ["a list of services that is none", { services: "all" }],
] as const)("an answer with %s is refused, and its token ended", async (_, set) => {
  world.front.fault({ path: "/v1/token", fault: edit({ set }) });
  const job = await world.job();
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "failure", outputs: {} });
  expect(await job.alive()).toEqual([]);
});

test("an answer that is cut short still ends its token", async () => {
  world.front.fault({ path: "/v1/token", fault: truncate() });
  const job = await world.job();
  await job.run("main");
  await job.run("post");
  expect(await job.alive()).toEqual([]);
});

test("a request that a proxy sent twice: what the first one made is ended", async () => {
  world.front.fault({ path: "/v1/token", fault: { kind: "repeat" } });
  const job = await world.job();
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error").join()).toContain("token_reused");
  expect(await job.alive()).toHaveLength(1);
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toEqual([]);
});

test("HTML of a proxy is not the broker's word: the job tries again under another name", async () => {
  const fault = respond(502, "<html>Bad gateway</html>", { when: "after" });
  world.front.fault({ path: "/v1/token", fault });
  const job = await world.job();
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toHaveLength(2);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toEqual([]);
});

const phases: [string, (step: RunningStep, after: number) => Promise<void>][] = [
  ["as it begins", (step) => step.printed("::add-mask::")],
  ["while GitHub is asked", async () => {}],
  ["while the broker is asked", () => world.front.received("/v1/token", world.front.requests().length)],
  ["while Fastly is asked", (_, after) => untilCreate("committed", after)],
  ["once the broker has answered", () => world.front.answered("/v1/token", world.front.requests().length)],
];

test.each(
  phases.flatMap(([title, until]) =>
    (["SIGINT", "SIGKILL"] as const).map((signal) => [signal, title, until] as const),
  ),
)("%s to main %s leaves nothing once post is over", async (signal, title, until) => {
  if (title.includes("GitHub"))
    await world.github.fault({ path: idTokenRoute, times: 1, fault: { kind: "stall" } });
  if (title.includes("broker has")) world.front.fault({ path: "/v1/token", fault: stall("after") });
  if (title.includes("Fastly")) await world.fastly.inject("POST /tokens", delay(1_000));
  if (title.includes("broker is")) world.front.fault({ path: "/v1/token", fault: stall("before") });
  const after = await lastRequest();
  const asked = (await world.github.requests()).length;
  const job = await world.job();
  const reached = title.includes("GitHub") ? undefined : until;
  const step = await job.start("main");
  if (reached) await reached(step, after);
  else await world.untilJwtAsked(asked);
  step.kill(signal);
  const main = await step.done;
  if (signal === "SIGINT" && main.exitCode === 1)
    expect(messagesOf(main, "error").join()).toContain("The step was interrupted");
  const post = await job.run("post", { env: machineClock(95_000) });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toEqual([]);
});

test("a revocation of another token with the same nonce is not taken for the job's own", async () => {
  const job = await world.job({ inputs: { timeout: "5s" } });
  const main = await job.run("main");
  const nonce = nonceOf(job.forms().at(-1));
  const tokens = [{ nonce, status: "revoked", token_id: "AAAAAAAAAAAAAAAAAAAAAA" }];
  const fault = respond(503, "");
  await world.fastly.inject("DELETE /tokens/self", fault, { times: "always" });
  const body = JSON.stringify({ tokens });
  world.front.fault({
    path: "/v1/end",
    times: "always",
    fault: { kind: "respond", when: "before", status: 200, body },
  });
  const post = await job.run("post");
  await world.fastly.clearFaults();
  world.front.clearFaults();
  expect(await job.alive()).toEqual([main.outputs.name]);
  expect(post.log).not.toContain("Revoked Fastly token");
  expect(messagesOf(post, "warning").join()).toContain(`${main.outputs["token-id"]} may be alive`);
});

test("revoke: false keeps the job's token, and post still ends the lost one", async () => {
  world.front.fault({ path: "/v1/token", fault: cut("after") });
  const job = await world.job({ inputs: { revoke: "false" } });
  const main = await job.run("main");
  expect(await job.alive()).toHaveLength(2);
  expect((await job.run("post")).conclusion).toBe("success");
  expect(await job.alive()).toEqual([main.outputs.name]);
});
