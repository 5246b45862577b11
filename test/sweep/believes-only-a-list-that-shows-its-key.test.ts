import { edit, respond } from "../support/faults.ts";
import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

const unverified =
  /^Nothing was swept\. Fastly's list of tokens could not be verified: it does not include the token that read it, .* Check the input api-url/;

const unverifiedByKey =
  /^Nothing was swept\. Fastly's list of tokens could not be verified: it does not include the key in api-key, .* If the key is an automation token, use a user's token/;

test("a server that lists no tokens: asked again, and the step fails instead of finding nothing", async () => {
  const user = await sweep.action.user();
  const ids = await sweep.leave({ user });
  await sweep.action.emulator.inject("GET /tokens", respond(200, []), { times: "always" });
  const step = await sweep.run(user);
  expect(step.conclusion).toBe("failure");
  expect(step.errors).toEqual([expect.stringMatching(unverified)]);
  expect(step.outputs.swept).toBeUndefined();
  expect(step.requests).toEqual([
    "POST /tokens 200",
    ...Array(4).fill("GET /tokens 200"),
    "DELETE /tokens/self 204",
  ]);
  expect(await sweep.live(user)).toEqual(ids);
});

test("however much time there is to ask again, the step fails", async () => {
  const user = await sweep.action.user();
  await sweep.action.emulator.inject("GET /tokens", respond(200, []), { times: "always" });
  const step = await sweep.run(user, { timeout: "2s" });
  expect(step.errors).toEqual([expect.stringMatching(unverified)]);
  const [first, ...asked] = step.requests;
  expect([first, asked.pop()]).toEqual(["POST /tokens 200", "DELETE /tokens/self 204"]);
  // How often depends on how long the machine takes.
  expect(new Set(asked)).toEqual(new Set(["GET /tokens 200"]));
});

test("the tokens of another user: none of them is touched", async () => {
  const user = await sweep.action.user();
  const stranger = await sweep.action.user();
  const ids = await sweep.leave({ user: stranger });
  const [key] = await sweep.action.emulator.addTokens([{ user: stranger.userId, name: "by hand" }]);
  const headers = { "fastly-key": key?.access_token ?? "" };
  const response = await fetch(`${sweep.action.emulator.url}/tokens`, { headers });
  const list = respond(200, (await response.json()) as object);
  await sweep.action.emulator.inject("GET /tokens", list, { times: "always" });
  const step = await sweep.run(user, { "github-token": "", "trust-age": "true", timeout: "2s" });
  expect(step.errors).toEqual([expect.stringMatching(unverified)]);
  expect(await sweep.live(stranger)).toEqual([...ids, key?.id]);
});

test("a key that was given must be on its list, too", async () => {
  const user = await sweep.action.user();
  const [key] = await sweep.action.emulator.addTokens([{ user: user.userId, name: "the key" }]);
  const apiKey = key?.access_token ?? "";
  await sweep.action.emulator.inject("GET /tokens", respond(200, []), { times: "always" });
  const step = await sweep.run(
    user,
    { "api-key": apiKey, "dry-run": "true", timeout: "2s" },
    { hidden: [apiKey] },
  );
  expect(step.errors).toEqual([expect.stringMatching(unverifiedByKey)]);
});

test("an automation token is on no user's list: the step fails, and says to use a user's token", async () => {
  const { emulator } = sweep.action;
  const superuser = await sweep.superuser();
  const [key] = await emulator.addTokens([{ user: superuser.userId, name: "by hand" }]);
  const post = (path: string, body: string, type: string) =>
    fetch(`${emulator.url}${path}`, {
      method: "POST",
      headers: { "fastly-key": key?.access_token ?? "", "content-type": type },
      body,
    });
  const { username, password } = superuser;
  const credentials = new URLSearchParams({ username, password });
  await post("/sudo", credentials.toString(), "application/x-www-form-urlencoded");
  const wanted = { name: "for machines", role: "engineer", scope: "global" };
  const created = await post("/automation-tokens", JSON.stringify(wanted), "application/json");
  const { access_token: apiKey } = (await created.json()) as { access_token: string };
  const step = await sweep.run(superuser, { "api-key": apiKey, timeout: "2s" }, { hidden: [apiKey] });
  expect(step.errors).toEqual([expect.stringMatching(unverifiedByKey)]);
});

test("the list of a whole customer must show the helper, too", async () => {
  const superuser = await sweep.superuser();
  const match = `GET /customer/${superuser.customerId}/tokens` as const;
  await sweep.action.emulator.inject(match, respond(200, []), { times: "always" });
  const step = await sweep.run(superuser, { "customer-id": superuser.customerId, timeout: "2s" });
  expect(step.errors).toEqual([expect.stringMatching(unverified)]);
});

test("a helper that is not listed at once: the sweep waits for it", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const ids = await sweep.leave({ user });
  await sweep.action.emulator.inject("GET /tokens", respond(200, []));
  const step = await sweep.run(user);
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 1, kept: 0, failed: 0, ids });
  expect(step.annotations).toEqual([]);
});

test("a helper that cannot be read, except for its ID and name, is on the list", async () => {
  const user = await sweep.action.user();
  await sweep.action.emulator.inject("GET /tokens", edit({ set: { expires_at: "soon" } }));
  const step = await sweep.run(user);
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0 });
  expect(step.requests).toEqual(["POST /tokens 200", "GET /tokens 200", "DELETE /tokens/self 204"]);
});

test("where a token is not known, a list that lost the helper does not prove that it is gone", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const ids = await sweep.leave({ user });
  const unknown = respond(404, { msg: "Record not found" });
  await sweep.action.emulator.inject("DELETE /tokens/:id", unknown, { times: "always" });
  await sweep.action.emulator.inject("GET /tokens", respond(200, []), { times: "always", skip: 1 });
  const step = await sweep.run(user, { timeout: "5s" });
  expect(outcome(step)).toEqual({ conclusion: "failure", swept: 0, kept: 0, failed: 1, ids: [] });
  expect(step.errors).toEqual([expect.stringContaining("could not be verified")]);
  expect(await sweep.live(user)).toEqual(ids);
});
