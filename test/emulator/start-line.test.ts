import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { ask } from "./api.ts";

function start(...args: string[]) {
  return spawn(process.execPath, ["emulator/main.ts", "--port", "0", ...args]);
}

test("with --json, the first line is one JSON object that holds all that a client needs", async () => {
  const child = start("--json");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const started = JSON.parse(line);
  const id = expect.stringMatching(/^[A-Za-z0-9]{22}$/);
  expect(started).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    username: expect.stringContaining("@"),
    password: expect.any(String),
    customerId: id,
    userId: id,
    apiKey: expect.stringMatching(/^[A-Za-z0-9_-]{32}$/),
    services: [id, id],
  });
  const self = await ask(started, "GET", "/tokens/self", { key: started.apiKey });
  expect(self.json).toMatchObject({ user_id: started.userId, scope: "global", expires_at: null });
  child.kill();
  await once(child, "exit");
});

test("without --json, a person reads the same", async () => {
  const child = start();
  child.stdout.once("data", () => child.kill());
  const words = await text(child.stdout);
  for (const word of [
    "http://127.0.0.1:",
    "username",
    "password",
    "API key",
    "services",
    "customer",
    "user ",
  ]) {
    expect(words).toContain(word);
  }
});

test("listens on IPv6 loopback too", async () => {
  const child = start("--json", "--host", "::1");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url, apiKey } = JSON.parse(line);
  expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await ask({ url }, "GET", "/tokens/self", { key: apiKey })).status).toBe(200);
  child.kill();
  await once(child, "exit");
});

test("--help prints the usage", async () => {
  const child = start("--help");
  const [usage, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(code).toBe(0);
  for (const option of ["--host", "--port", "--json"]) expect(usage).toContain(`  ${option}`);
});

test.each([
  ["a host that other machines could reach", ["--host", "0.0.0.0"], "--host must be one of 127.0.0.1, ::1"],
  ["a port that is not a number", ["--port", "http"], "--port must be a number from 0 to 65535"],
  ["an unknown option", ["--prot", "0"], "Argument 3, --prot, is"],
  ["a word that belongs to no option", ["8080"], "Argument 3 is"],
  ["an option without its value", ["--host"], "--host"],
])("refuses %s, in one line", async (_, args, expected) => {
  const child = start(...args);
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(code).toBe(2);
  expect(complaint).toMatch(/^[^\n]+See npm run emulator -- --help\.\n$/);
  expect(complaint).toContain(expected);
});
