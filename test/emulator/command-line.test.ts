import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { fastlyCli } from "../support/fastly-cli.ts";
import { addKey } from "./api.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());
afterEach(() => emulator.clearFaults());

function fastly(args: string[], token = emulator.apiKey) {
  return fastlyCli(args, { apiUrl: emulator.url, token });
}

test("auth-token create", async () => {
  const { password, services } = emulator;
  const [service = ""] = services;
  const expires = "2099-01-14T11:47:46Z";
  const args = [
    // A password may begin with a hyphen.
    `--password=${password}`,
    "--name",
    "by hand",
    "--scope",
    "purge_all",
    "--scope",
    "purge_select",
  ];
  const { code, stdout, stderr } = await fastly([
    "auth-token",
    "create",
    ...args,
    "--services",
    service,
    "--expires",
    expires,
  ]);
  expect(code === 0 ? "" : stderr).toBe("");
  expect(stdout).toMatch(/SUCCESS: Created token '[A-Za-z0-9_-]{32}'/);
  expect((await emulator.tokens()).at(-1)).toMatchObject({
    name: "by hand",
    scope: "purge_all purge_select",
    services: [service],
    expires_at: expires,
  });
  const paths = (await emulator.requests()).map(({ method, path }) => `${method} ${path}`);
  expect(paths.slice(-2)).toEqual(["POST /sudo", "POST /tokens"]);
});

test("auth-token list, of the user and of the customer", async () => {
  const { userId } = await emulator.addUser();
  const { id } = await addKey(emulator, { user: userId });
  const own = await fastly(["auth-token", "list", "--json"]);
  const ids = (JSON.parse(own.stdout) as { TokenID: string }[]).map((token) => token.TokenID);
  expect(ids.length).toBeGreaterThan(0);
  expect(ids).not.toContain(id);
  const all = await fastly(["auth-token", "list", "--customer-id", emulator.customerId]);
  expect(all.stdout).toContain(id);
});

test("auth-token describe", async () => {
  const { id, key } = await addKey(emulator, { scope: "purge_all" });
  const { code, stdout } = await fastly(["auth-token", "describe"], key);
  expect(code).toBe(0);
  expect(stdout).toContain(`ID: ${id}`);
  expect(stdout).toContain("Scope: purge_all");
});

test("auth revoke --current, and once more", async () => {
  const { id, key } = await addKey(emulator, { scope: "purge_all" });
  const { code, stdout } = await fastly(["auth", "revoke", "--current"], key);
  expect(stdout).toContain("SUCCESS: Revoked current token");
  expect(code).toBe(0);
  expect((await emulator.tokens()).find((token) => token.id === id)?.state).toBe("revoked");
  const again = await fastly(["auth", "revoke", "--current"], key);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("401");
});

test("auth revoke --id, and in bulk from a file of IDs", async () => {
  const { id } = await addKey(emulator, {});
  expect((await fastly(["auth", "revoke", "--id", id])).code).toBe(0);

  const ids = (await emulator.addTokens([{}, {}])).map((token) => token.id);
  const directory = await mkdtemp(join(tmpdir(), "token-ids-"));
  const file = join(directory, "ids");
  await writeFile(file, ids.join("\n"));
  expect(await fastly(["auth", "revoke", "--file", file])).toMatchObject({ code: 0 });
  await rm(directory, { recursive: true });

  const live = (await emulator.liveTokens()).map((token) => token.id);
  for (const revoked of [id, ...ids]) expect(live).not.toContain(revoked);
});

test("service purge --all: the token’s service yes, another no, and nothing once it is revoked", async () => {
  const [own = "", other = ""] = emulator.services;
  const { key } = await addKey(emulator, { scope: "purge_all", services: [own] });
  const purge = (service: string) => fastly(["service", "purge", "--all", "--service-id", service], key);
  expect(await purge(own)).toMatchObject({ code: 0, stdout: expect.stringContaining("status: ok") });
  expect(await purge(other)).toMatchObject({ code: 1, stderr: expect.stringContaining("403") });
  await fastly(["auth", "revoke", "--current"], key);
  expect(await purge(own)).toMatchObject({ code: 1, stderr: expect.stringContaining("401") });
});

test("service purge --key and --url", async () => {
  const [service = ""] = emulator.services;
  const { key } = await addKey(emulator, { scope: "purge_select" });
  const purge = (...args: string[]) => fastly(["service", "purge", ...args, "--service-id", service], key);
  expect(await purge("--key", "home")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Purged key: home"),
  });
  expect(await purge("--url", "https://www.example.com/a")).toMatchObject({ code: 0 });
  expect((await purge("--all")).code).toBe(1);
});
