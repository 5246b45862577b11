import { respond, stall } from "../support/faults.ts";
import { leaks, passwordSends, startVerify, world } from "./process.ts";

/** The tokens of a user that live, by the beginning of their names. */
async function alive({ emulator, user }: Awaited<ReturnType<typeof world>>): Promise<string[]> {
  return (await emulator.liveTokens(user.userId)).map(({ name }) => name.replace(/\.\d+ .*$/, ""));
}

describe.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s", (signal) => {
  test("while a token is being created: it ends that one and all others, and reports what it knows", async () => {
    const started = await world();
    const { emulator, args, env } = started;
    // Created, and its response never comes.
    await emulator.inject("POST /tokens", stall("after"), { skip: 5 });
    const { child, ended } = startVerify(args, env);
    let at = { n: 0 };
    for (let creates = 0; creates < 6; creates++)
      at = await emulator.nextRequest({
        method: "POST",
        path: "/tokens",
        phase: "committed",
        after: at.n,
        timeoutMs: 60_000,
      });
    expect((await alive(started)).length).toBeGreaterThan(1);
    child.kill(signal);
    const verification = await ended;
    expect(await alive(started)).toEqual([]);
    expect(verification.code).toBe(1);
    expect(verification.printed).toMatch(/Interrupted\.[\s\S]* None is left\.\n$/);
    expect(verification.results["bulk-revokes"]).toMatchObject({
      result: "not checked",
      seen: "the run was interrupted",
    });
    expect(await leaks(verification, emulator, env)).toEqual([]);
    await emulator.stop();
  });
});

test("a second signal stops it at once, and it says which tokens may be alive", async () => {
  const started = await world();
  const { emulator, args, env } = started;
  await emulator.inject("POST /tokens", stall("after"), { skip: 3 });
  await emulator.inject("GET /tokens", stall("before"), { times: 1000 });
  const { child, ended } = startVerify(args, env);
  await emulator.nextRequest({ method: "GET", path: "/tokens", timeoutMs: 60_000 });
  child.kill("SIGINT");
  const printed = new Promise<void>((resolve) => {
    child.stderr.on("data", (text) => String(text).includes("Interrupted.") && resolve());
  });
  await printed;
  child.kill("SIGINT");
  const verification = await ended;
  const [left = ""] = await alive(started);
  expect(verification).toMatchObject({ code: 1, report: "" });
  expect(verification.printed).toMatch(
    new RegExp(`Stopped\\. Tokens whose names begin with "${left}" may be alive`),
  );
  await emulator.stop();
});

test("killed, it has said before how its tokens are named, and when they expire", async () => {
  const started = await world();
  const { emulator, args, env } = started;
  await emulator.inject("POST /tokens", stall("after"), { skip: 2 });
  const { child, ended } = startVerify(args, env);
  const first = await emulator.nextRequest({ method: "POST", path: "/sudo", timeoutMs: 60_000 });
  await emulator.nextRequest({
    method: "POST",
    path: "/tokens",
    phase: "committed",
    after: first.n,
    timeoutMs: 60_000,
  });
  child.kill("SIGKILL");
  const { printed } = await ended;
  const left = new Set(await alive(started));
  expect(left.size).toBe(1);
  expect(printed).toContain(`Tokens of this run begin with "${[...left][0]}", and expire within 15 minutes.`);
  for (const { expires_at } of await emulator.liveTokens(started.user.userId))
    expect(Date.parse(expires_at ?? "")).toBeLessThanOrEqual(Date.now() + 15 * 60_000);
  await emulator.stop();
});

test("what Fastly does not let it end is named in the report, with its expiry", async () => {
  const started = await world();
  const { emulator, user, args, env } = started;
  const refused = respond(403, { msg: "You are not authorized to perform this action" });
  for (const request of ["DELETE /tokens/self", "DELETE /tokens/:id", "DELETE /tokens"] as const)
    await emulator.inject(request, refused, { times: 1000 });
  const verification = await startVerify(args, env).ended;
  const living = await emulator.liveTokens(user.userId);
  expect(living.length).toBeGreaterThan(1);
  expect(verification.code).toBe(1);
  expect(verification.report).toContain(`**${living.length} may be alive.**`);
  for (const { name, expires_at } of living)
    expect(verification.report).toContain(`- \`${name.slice(0, 60)}…\`, expires at ${expires_at}`);
  expect(await leaks(verification, emulator, env)).toEqual([]);
  await emulator.stop();
});

test("a wrong password is sent once, and nothing is said against Fastly", async () => {
  const { emulator, args, env } = await world();
  const verification = await startVerify(args, { ...env, FASTLY_PASSWORD: "wrong-password" }).ended;
  expect(verification).toMatchObject({ code: 1, results: { "password-creates": { result: "not checked" } } });
  expect(verification.results["password-creates"]?.seen).toContain("invalid_grant");
  expect(verification.report).toContain(" 0 do not hold");
  expect(await passwordSends(emulator)).toBe(1);
  expect((await emulator.requests()).length).toBe(1);
  await emulator.stop();
});

test.each([
  ["no user", ["--real"], {}, "FASTLY_USERNAME and FASTLY_PASSWORD"],
  [
    "a URL that would show the password to others",
    ["--real", "--api-url", "http://api.example.com"],
    { FASTLY_USERNAME: "a", FASTLY_PASSWORD: "b" },
    "https://",
  ],
  ["a URL without --real", ["--api-url", "https://api.example.com"], {}, "--real"],
  ["an unknown option", ["--fake"], {}, "--fake"],
  [
    "a two-factor secret that is none",
    ["--real"],
    { FASTLY_USERNAME: "a", FASTLY_PASSWORD: "b", FASTLY_TOTP_SECRET: "123456" },
    "FASTLY_TOTP_SECRET",
  ],
  [
    "a service's name in place of its ID",
    ["--real"],
    { FASTLY_USERNAME: "a", FASTLY_PASSWORD: "b", FASTLY_SERVICE_ID: "my-shop" },
    "FASTLY_SERVICE_ID",
  ],
])("refuses %s, in one line", async (_, args, env, expected) => {
  const { code, printed, report } = await startVerify(args, env).ended;
  expect({ code, report }).toEqual({ code: 2, report: "" });
  expect(printed).toMatch(/^[^\n]+See npm run verify -- --help\.\n$/);
  expect(printed).toContain(expected);
});
