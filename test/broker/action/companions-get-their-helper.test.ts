import { messagesOf } from "../../support/action.ts";
import { useBrokerWorld } from "../../support/broker-jobs.ts";
import { cut } from "../../support/faults.ts";
import { idTokenRoute } from "../../support/github-oidc.ts";

const world = useBrokerWorld({
  config: (config) => ({
    ...config,
    rules: [
      ...config.rules,
      {
        id: "clean-up",
        users: ["ci"],
        match: { repository_owner_id: "9919", repository_id: "1296269", event_name: "push" },
        grant: { scope: ["global"], services: "*", max_ttl: "10m", account_access: true },
      },
    ],
  }),
});

/** A token that a job has, whose machine is gone. */
async function leftToken(): Promise<{ id: string; runId: string }> {
  const job = await world.job();
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  return { id: main.outputs["token-id"] ?? "", runId: String(job.github.claims.run_id) };
}

async function isAlive(id: string): Promise<boolean> {
  return (await world.fastly.liveTokens(world.user.userId)).some((token) => token.id === id);
}

test("revoke ends tokens by their IDs with a helper of the broker's, which ends as well", async () => {
  const { id } = await leftToken();
  const job = await world.job({
    action: "revoke/action.yml",
    inputs: { rule: "clean-up", "token-ids": id },
  });
  const step = await job.run("main");
  expect(step).toMatchObject({ conclusion: "success", annotations: [], outputs: { revoked: "1" } });
  expect(JSON.parse(step.outputs.audit ?? "")).toMatchObject({
    request_id: expect.stringMatching(/^[\w-]+$/),
    tokens: [{ token_id: id, status: "revoked" }],
  });
  expect(await isAlive(id)).toBe(false);
  expect(await job.alive()).toEqual([]);
  expect((await job.asked()).broker).toEqual(["POST /v1/token 200"]);
  const [form] = job.forms();
  expect(Object.fromEntries(form ?? [])).toMatchObject({ scope: "global", expires_in: "120" });
});

test("sweep ends what a finished run left, with a helper of the broker's", async () => {
  const { id } = await leftToken();
  const job = await world.job({
    action: "sweep/action.yml",
    inputs: {
      rule: "clean-up",
      "older-than": "0s",
      "github-token": "",
      "trust-age": "true",
      repositories: "octo-org/shop",
    },
  });
  const step = await job.run("main");
  expect(step.conclusion).toBe("success");
  expect(step.outputs["token-ids"]).toContain(id);
  expect(await isAlive(id)).toBe(false);
  expect(await job.alive()).toEqual([]);
});

test("a rule that does not grant global gives no helper, and says so", async () => {
  const { id } = await leftToken();
  const job = await world.job({ action: "revoke/action.yml", inputs: { "token-ids": id } });
  const step = await job.run("main");
  expect(step.conclusion).toBe("failure");
  const [message] = messagesOf(step, "error");
  expect(message).toContain(
    'Nothing was revoked. No helper token could be created. The broker refused the request for the rule "web-purge".',
  );
  expect(message).toContain("does not grant the requested scope");
  expect(await isAlive(id)).toBe(true);
});

test("a helper whose answer was lost is ended through the broker", async () => {
  const { id } = await leftToken();
  world.front.fault({ path: "/v1/token", fault: cut("after") });
  const job = await world.job({
    action: "revoke/action.yml",
    inputs: { rule: "clean-up", "token-ids": id },
  });
  const step = await job.run("main");
  expect(step).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await isAlive(id)).toBe(false);
  expect(await job.alive()).toEqual([]);
});

test("credentials and a broker together are refused", async () => {
  const job = await world.job({
    action: "sweep/action.yml",
    inputs: { rule: "clean-up", "api-key": "a-key-of-some-length", username: "ci@example.com" },
  });
  const step = await job.run("main");
  expect(messagesOf(step, "error").join()).toContain("together with username and api-key");
  expect((await job.asked()).broker).toEqual([]);
});

test("without id-token: write nothing is asked", async () => {
  const job = await world.job({
    action: "revoke/action.yml",
    inputs: { rule: "clean-up", "token-ids": "7i6HN3TK9wS159v2gPAZ8A" },
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" },
  });
  const step = await job.run("main");
  expect(messagesOf(step, "error").join()).toContain("permissions: id-token: write");
  expect((await job.asked()).fastly).toEqual([]);
});

test("GitHub that gives no JWT ends it with a word", async () => {
  await world.github.fault({ path: idTokenRoute, times: "always", fault: { kind: "respond", status: 403 } });
  const job = await world.job({
    action: "sweep/action.yml",
    inputs: { rule: "clean-up", "github-token": "", "trust-age": "true", timeout: "3s" },
  });
  const step = await job.run("main");
  const message = messagesOf(step, "error").join();
  expect(message).toContain(
    "Nothing was swept. No helper token could be created. GitHub issued no OIDC token",
  );
});
