import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { stringify } from "yaml";
import { openAudit } from "../../../src/broker/node-audit.ts";
import { hostOver } from "../../support/broker.ts";
import { configOf, useWorld } from "./world.ts";

const world = useWorld();
let directory: string;
let fifo: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "audit-"));
  fifo = join(directory, "fifo");
  expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
});
afterEach(() => rmSync(directory, { recursive: true }));

function openReader(): Socket {
  const socket = new Socket({
    fd: openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK),
    writable: false,
  });
  return socket.pause();
}

function openWriter(): number {
  return openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
}

/** More than a pipe holds. */
const many = Array.from({ length: 200 }, (_, n) => ({ n, filling: "x".repeat(1_000) }));

/** The numbers of the lines that are whole, and what is there in pieces. */
function sorted(written: string): { whole: number[]; pieces: string[] } {
  expect(written.endsWith("\n")).toBe(true);
  const whole: number[] = [];
  const pieces: string[] = [];
  for (const line of written.slice(0, -1).split("\n")) {
    if (line.endsWith("}")) whole.push(JSON.parse(line).n);
    else pieces.push(line);
  }
  return { whole, pieces };
}

test("after a stall in the middle of a line, the next one begins on a line of its own", async () => {
  const reader = openReader();
  const writer = openWriter();
  const outages: string[] = [];
  const write = openAudit(writer, { longestStallMs: 0, onOutage: (code) => outages.push(code) });
  const results = await Promise.allSettled(many.map((line) => write(line)));
  const heldUp = text(reader);
  await write({ n: 1_000 });
  closeSync(writer);

  const { whole, pieces } = sorted(await heldUp);
  const promised = results.flatMap(({ status }, n) => (status === "fulfilled" ? [n] : []));
  expect(promised.length).toBeGreaterThan(0);
  expect(promised.length).toBeLessThan(many.length);
  expect(whole).toEqual([...promised, 1_000]);
  expect(pieces).toHaveLength(1);
  expect(outages).toEqual(["EAGAIN"]);
});

test("after a reader that went away in the middle of a line, the next one begins on a line of its own", async () => {
  const first = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openWriter();
  const outages: string[] = [];
  const write = openAudit(writer, { onOutage: (code) => outages.push(code) });
  const results = Promise.allSettled(many.map((line) => write(line)));
  // The pipe is full after the first write, which comes within two turns of the event loop.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  closeSync(first);
  const promised = (await results).flatMap(({ status }, n) => (status === "fulfilled" ? [n] : []));

  const written = text(openReader());
  await write({ n: 1_000 });
  closeSync(writer);
  const { whole, pieces } = sorted(await written);
  expect(whole).toEqual([...promised, 1_000]);
  expect(pieces).toHaveLength(1);
  expect(outages).toEqual(["EPIPE"]);
});

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux(
  "after a disk that was full in the middle of a line, the next one begins on a line of its own",
  async () => {
    const file = join(directory, "audit.jsonl");
    const program = `
    import { spawnSync } from "node:child_process";
    import { openAudit } from "./src/broker/node-audit.ts";
    const write = openAudit();
    const lines = Array.from({ length: 10 }, (_, n) => ({ n, filling: "x".repeat(1_000) }));
    const results = await Promise.allSettled(lines.map((line) => write(line)));
    spawnSync("prlimit", ["--pid", String(process.pid), "--fsize=unlimited"]);
    await write({ n: 1_000 });
    process.stderr.write(JSON.stringify(results.map(({ reason }) => reason?.message ?? "written")));`;
    const output = openSync(file, "a");
    const command = ["--fsize=4096:unlimited", process.execPath, "--input-type=module", "-e", program];
    const { stderr } = spawnSync("prlimit", command, { stdio: ["ignore", output, "pipe"] });
    closeSync(output);
    expect(JSON.parse(String(stderr))).toEqual([...Array(3).fill("written"), ...Array(7).fill("EFBIG")]);
    const { whole, pieces } = sorted(readFileSync(file, "utf8"));
    expect(whole).toEqual([0, 1, 2, 1_000]);
    expect(pieces).toHaveLength(1);
  },
);

test("lines that were lost are counted, and their number is reported once lines can be written again", async () => {
  const user = await world.fastly.addUser();
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const configFile = join(directory, "broker.yaml");
  writeFileSync(configFile, stringify(config));
  const first = openReader();
  const writer = openWriter();
  const own = spawn(
    process.execPath,
    ["src/broker/main.ts", "--config", configFile, "--port", "0", "--json"],
    {
      stdio: ["ignore", writer, "pipe"],
      env: { PATH: process.env.PATH ?? "", ...env },
    },
  );
  closeSync(writer);
  const complaints = text(own.stderr as Readable);
  const [start] = await once(createInterface(first), "line");
  const host = hostOver(JSON.parse(start).url);
  first.destroy();
  await once(first, "close");
  const statuses = async () => (await host.post("/v1/token", {})).status;
  expect([await statuses(), await statuses()]).toEqual([500, 500]);

  const lines = createInterface(openReader())[Symbol.asyncIterator]();
  expect(await statuses()).toBe(400);
  const next = async () => JSON.parse((await lines.next()).value ?? "");
  expect(await next()).toMatchObject({ event: "token", status: 400 });
  expect(await next()).toMatchObject({ event: "audit", decision: "failed", lost: 2 });
  const metrics = (await host.request("/metrics")).text;
  expect(metrics).toContain("\nfastly_broker_audit_failures_total 2\n");
  expect(metrics).toContain("\nfastly_broker_faults_total 0\n");
  own.kill("SIGTERM");
  expect(await complaints).toBe(
    "The audit log cannot be written (EPIPE): requests are refused until it can be written.\n",
  );
});
