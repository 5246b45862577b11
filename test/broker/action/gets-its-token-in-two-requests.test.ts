import { useBrokerWorld } from "../../support/broker-jobs.ts";

const world = useBrokerWorld();

test("main asks GitHub and the broker, post asks Fastly, and nobody else is asked", async () => {
  const job = await world.job();
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  expect(main.outputs).toMatchObject({
    scope: expect.stringMatching(/^(purge_all purge_select|purge_select purge_all)$/),
  });
  const asked = { fastly: ["POST /tokens 200"], broker: ["POST /v1/token 200"], github: ["GET"] };
  expect(await job.asked()).toEqual(asked);
  expect(await job.alive()).toHaveLength(1);

  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain(`Revoked Fastly token ${main.outputs["token-id"]}.`);
  expect(await job.asked()).toEqual({ ...asked, fastly: [...asked.fastly, "DELETE /tokens/self 204"] });
  expect(await job.alive()).toEqual([]);
});

test("the outputs are what the broker granted, and the token works", async () => {
  const job = await world.job({ inputs: { label: "web shop" } });
  const { outputs } = await job.run("main");
  const [name] = await job.alive();
  expect(outputs).toMatchObject({
    name,
    services: world.user.services.slice(0, 2).join(" "),
    "user-id": world.user.userId,
    "customer-id": world.user.customerId,
  });
  expect(JSON.parse(outputs.audit ?? "")).toMatchObject({
    token_id: outputs["token-id"],
    token_name: name,
    request_id: expect.stringMatching(/^[\da-f-]{36}$/),
  });
  expect(name).toContain(`runs/${job.github.claims.run_id}/attempts/1 use=job check=`);
  expect(name).toMatch(/label=web%20shop$/);
  const lifetimeMs = Date.parse(outputs["expires-at"] ?? "") - Date.now();
  expect(Math.abs(lifetimeMs - 600_000)).toBeLessThan(30_000);
  const purge = await fetch(`${world.fastly.url}/tokens/self`, {
    headers: { "Fastly-Key": outputs.token ?? "" },
  });
  expect(purge.status).toBe(200);
  await job.run("post");
});

test("scope, services and expires-in narrow what the rule grants", async () => {
  const [service = ""] = world.user.services;
  const job = await world.job({
    inputs: { scope: "purge_select", services: service, "expires-in": "2m" },
  });
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  expect(main.outputs).toMatchObject({ scope: "purge_select", services: service });
  expect(Date.parse(main.outputs["expires-at"] ?? "") - Date.now()).toBeLessThan(130_000);
  const [form] = job.forms();
  expect(Object.fromEntries(form ?? [])).toMatchObject({
    scope: "purge_select",
    services: service,
    expires_in: "120",
  });
  await job.run("post");
});

test("the JWT is for the broker's origin, unless audience says otherwise", async () => {
  const job = await world.job();
  await job.run("main");
  const other = await world.job({ inputs: { audience: "https://elsewhere.example" } });
  const refused = await other.run("main");
  expect(refused.conclusion).toBe("failure");
  expect(refused.annotations[0]?.message).toContain("Check the inputs rule and audience");
  const audiences = (await world.github.requests())
    .filter(({ path }) => path.includes("/idtoken/"))
    .map(({ query }) => new URLSearchParams(query).get("audience"));
  expect(audiences.slice(-2)).toEqual([world.front.url, "https://elsewhere.example"]);
  await job.run("post");
});

test("post needs no broker, no GitHub and none of its inputs", async () => {
  const job = await world.job();
  await job.run("main");
  const target = world.front.target;
  world.front.target = "http://127.0.0.1:9";
  await world.github.down();
  const post = await job.run("post", {
    inputs: { broker: "", rule: "" },
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" },
  });
  await world.github.up();
  world.front.target = target;
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.log).toContain("Revoked Fastly token");
  expect(await job.alive()).toEqual([]);
});

test("the request token and the JWT are masked before anything else is printed", async () => {
  const job = await world.job();
  const main = await job.run("main");
  const lines = main.stdout.split("\n").filter((line) => line !== "");
  const masks = lines.findIndex((line) => !line.startsWith("::add-mask::"));
  const [form] = job.forms();
  const secrets = [job.github.requestToken, form?.get("subject_token"), main.outputs.token];
  for (const secret of secrets) {
    const at = lines.indexOf(`::add-mask::${secret}`);
    expect(at).toBeGreaterThanOrEqual(0);
    expect(at).toBeLessThan(masks);
  }
  await job.run("post");
});
