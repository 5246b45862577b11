import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { computePackage } from "../support/compute-package.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { fastlyCli } from "../support/fastly-cli.ts";
import { addKey } from "./api.ts";

let emulator: Emulator;
let directory: string;
let key: string;
let service: string;
let other: string;

beforeAll(async () => {
  emulator = await startEmulator();
  directory = await mkdtemp(join(tmpdir(), "package-"));
  [service = "", other = ""] = emulator.services;
  ({ key } = await addKey(emulator, { scope: "global", services: [service] }));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
  await emulator.stop();
});
afterEach(async () => {
  expect((await emulator.requests()).filter((entry) => entry.unknownRoute)).toEqual([]);
});

function fastly(...args: string[]) {
  return fastlyCli(args, { apiUrl: emulator.url, token: key });
}

async function deploy(name: string, serviceId: string, ...args: string[]) {
  const archive = computePackage(name);
  const file = join(directory, `${name}.tar.gz`);
  await writeFile(file, archive);
  const result = await fastly("compute", "deploy", "--package", file, "--service-id", serviceId, ...args);
  return { ...result, hashsum: createHash("sha512").update(archive).digest("hex") };
}

async function versions(serviceId: string) {
  return (await emulator.deployments()).find(({ id }) => id === serviceId)?.versions ?? [];
}

test("whoami", async () => {
  const { code, stdout } = await fastly("whoami", "--verbose");
  expect(code).toBe(0);
  expect(stdout).toContain(`User login: ${emulator.username}`);
  expect(stdout).toContain(`Customer ID: ${emulator.customerId}`);
  expect(stdout).toContain("Service count: 1");
  expect(stdout).toContain(service);
});

test("service list, of what the token covers", async () => {
  const { code, stdout } = await fastly("service", "list");
  expect(code).toBe(0);
  expect(stdout).toContain(service);
  expect(stdout).not.toContain(other);
});

test("service describe: the token’s service yes, another no", async () => {
  expect(await fastly("service", "describe", "--service-id", service)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Type: wasm"),
  });
  expect(await fastly("service", "describe", "--service-id", other)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("403"),
  });
});

test("compute deploy: a version is cloned, gets the package and becomes active; the same once more is skipped", async () => {
  const first = await deploy("first", service, "--comment", "by a job");
  expect(first.stderr).toBe("");
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("SUCCESS: Deployed package") });
  expect(await versions(service)).toEqual([
    { number: 1, active: false, comment: "", package: null },
    { number: 2, active: true, comment: "by a job", package: first.hashsum },
  ]);

  expect((await deploy("first", service)).stdout).toContain("Skipping package deployment");
  const second = await deploy("second", service);
  expect((await versions(service)).at(-1)).toMatchObject({
    number: 3,
    active: true,
    package: second.hashsum,
  });
});

test("compute deploy to another service is refused, and changes nothing", async () => {
  const before = await versions(other);
  expect(await deploy("first", other)).toMatchObject({ code: 1, stderr: expect.stringContaining("403") });
  expect(await versions(other)).toEqual(before);
});

test("compute deploy with a token that only reads is refused", async () => {
  const before = await versions(service);
  ({ key } = await addKey(emulator, { scope: "global:read", services: [service] }));
  const { code, stderr } = await deploy("third", service);
  expect([code, stderr]).toEqual([1, expect.stringContaining("Read only tokens are not allowed")]);
  expect(await versions(service)).toEqual(before);
});
