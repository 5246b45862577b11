import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { useAction } from "../support/action.ts";

const action = useAction();

test("sets exactly the outputs of action.yml, each with what Fastly granted", async () => {
  const { job, outputs } = await action.main({ inputs: { scope: "purge_all,purge_select" } });
  const manifest = parse(await readFile("action.yml", "utf8"));
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(manifest.outputs).sort());

  const [token] = await action.emulator.liveTokens(job.user.userId);
  expect(outputs).toEqual({
    token: expect.stringMatching(/^[\w-]{32}$/),
    "token-id": token?.id,
    name: token?.name,
    scope: "purge_all purge_select",
    services: job.user.services[0],
    "expires-at": token?.expires_at,
    "user-id": job.user.userId,
    "customer-id": token?.customer_id,
    audit: expect.not.stringContaining("\n"),
  });
  expect(JSON.parse(outputs.audit ?? "")).toEqual({
    token_id: token?.id,
    token_name: token?.name,
    scope: "purge_all purge_select",
    services: job.user.services.slice(0, 1),
    created_at: token?.created_at,
    expires_at: token?.expires_at,
    user_id: job.user.userId,
    customer_id: token?.customer_id,
    api_url: action.emulator.url,
  });
  expect(outputs.audit).not.toContain(outputs.token);
});

test("several services are separated by spaces, and every service is an empty text", async () => {
  const user = await action.user();
  const both = await action.main({ user, inputs: { services: user.services.join(",") } });
  expect(both.outputs.services).toBe(user.services.join(" "));
  const every = await action.main({ user, inputs: { services: "*" } });
  expect(every.outputs.services).toBe("");
});

test("a failed step sets no output", async () => {
  const { outputs, env } = await action.main({
    inputs: { password: "wrong", "export-env": "FASTLY_API_TOKEN" },
  });
  expect({ outputs, env }).toEqual({ outputs: {}, env: {} });
});
