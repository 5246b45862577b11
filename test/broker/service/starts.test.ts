import { type ChildProcess, spawn } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { generate } from "selfsigned";
import { type Identity, signItself } from "../../network/support/authority.ts";
import { serverEnv } from "../../support/broker.ts";
import { serverProgram } from "../../support/server-program.ts";
import { good } from "../config/support.ts";

const folder = mkdtempSync(join(tmpdir(), "starts-"));
const env = {
  CI_USERNAME: "ci@example.com",
  CI_PASSWORD: "hunter2-hunter2",
  CI_TOTP: "JBSWY3DPEHPK3PXP",
  WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
};
const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs);
let taken: Server;

beforeAll(async () => {
  const password = "{ file: /run/secrets/password }";
  fileWith("broker.yaml", good.replace(password, "{ env: CI_PASSWORD }"));
  for (const name of ["in-folder", "in-circle", "too-long", "in-bytes"])
    fileWith(`secret-${name}.yaml`, good.replace(password, `{ file: ${name.replace("in-", "")} }`));
  fileWith("too-long", "x".repeat(65_537));
  writeFileSync(join(folder, "bytes"), Buffer.from([0xff, 0xfe, 0x00]));
  taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  keep("own", await signItself(["a.example.com"]));
  keep("other", await signItself(["b.example.com"]));
  keep("expired", await signItself(["a.example.com"], { notBefore: inDays(-3), notAfter: inDays(-1) }));
  keep("early", await signItself(["a.example.com"], { notBefore: inDays(1), notAfter: inDays(3) }));
  const weak = await generate([{ name: "commonName", value: "Server" }], {
    keySize: 512,
    algorithm: "sha256",
  });
  keep("weak", { cert: weak.cert, key: weak.private });
  const [cert, key] = [read("own.pem"), read("own.key")];
  const cipher = { cipher: "aes-256-cbc", passphrase: "hunter2-hunter2" };
  fileWith(
    "passphrase.key",
    String(createPrivateKey(key).export({ type: "pkcs8", format: "pem", ...cipher })),
  );
  fileWith("chain.pem", `${read("other.pem")}\n${cert}`);
  fileWith("cut.pem", halved(cert));
  fileWith("cut.key", halved(key));
  fileWith("empty.pem", "\n");
  symlinkSync(join(folder, "circle"), join(folder, "circle"));
  mkdirSync(join(folder, "folder"));
});
afterAll(() => {
  taken.close();
  rmSync(folder, { recursive: true });
});

function fileWith(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

/** PEM without the second half of its lines, between its first and its last. */
function halved(pem: string): string {
  const lines = pem.trim().split(/\r?\n/);
  return [...lines.slice(0, lines.length / 2), lines.at(-1), ""].join("\n");
}

function keep(name: string, { cert, key }: Identity): void {
  fileWith(`${name}.pem`, cert);
  fileWith(`${name}.key`, key);
}

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

/** Options whose values name a file are given its name alone. */
function withPaths(args: readonly string[]): string[] {
  return args.map((arg, n) =>
    /^--(?:config|claims|tls-|out)/.test(args[n - 1] ?? "") ? join(folder, arg) : arg,
  );
}

function run(program: readonly string[], stdout: "pipe" | number = "pipe"): ChildProcess {
  const [command = "", ...args] = program;
  return spawn(command, args, {
    stdio: ["ignore", stdout, "pipe"],
    env: { ...serverEnv(), ...env },
    cwd: folder,
  });
}

/** What it writes on standard error, once it has ended by itself. */
async function complaintOf(program: readonly string[]): Promise<{ code: number | null; complaint: string }> {
  const child = run(program);
  child.stdout?.once("data", () => child.kill());
  const [complaint, [code]] = await Promise.all([text(child.stderr as Readable), once(child, "close")]);
  return { code, complaint };
}

const main = (program: string) => [process.execPath, resolve(program)];
const broker = (...args: string[]) => [...main(serverProgram("broker")), ...withPaths(args)];
const config = ["--config", "broker.yaml"];
const tls = (cert: string, key: string) => [...config, "--tls-cert", cert, "--tls-key", key];

describe("options that the broker does not start with", () => {
  test.each<[string, string[], RegExp]>([
    ["an empty host", [...config, "--host", ""], /^--host needs a value\.$/],
    ["an empty host after =", [...config, "--host="], /^--host needs a value\.$/],
    ["a host of spaces", [...config, "--host", " "], /^--host is not an IP address or a host name\. /],
    ["a number, which is an address of every one", [...config, "--host", "0"], /^--host is not .*0\.0\.0\.0/],
    ["half an address", [...config, "--host", "127.1"], /^--host is not /],
    ["an address in brackets", [...config, "--host", "[::1]"], /^--host is not .* without a port/],
    ["a host with a port", [...config, "--host", "127.0.0.1:80"], /^--host is not /],
    ["a port that is a word", [...config, "--port", "http"], /^--port must be a number from 0 to 65535\.$/],
    ["an empty port", [...config, "--port", ""], /^--port needs a value\.$/],
    ["a port below 0", [...config, "--port", "-1"], /^--port must be a number/],
    ["a port above 65535", [...config, "--port", "65536"], /^--port must be a number/],
    ["a port with a zero before it", [...config, "--port", "080"], /^--port must be a number/],
    ["a port in exponents", [...config, "--port", "1e3"], /^--port must be a number/],
    ["a flag with a value", [...config, "--json=hunter2"], /^--json takes no value\.$/],
    ["an option without a value", ["--config"], /^--config needs a value\.$/],
    ["no configuration", [], /^--config is missing\.$/],
    ["an argument too many", [...config, "hunter2"], /^Argument 3 is not an option of the broker\.$/],
    [
      "an unknown option",
      [...config, "--pasword", "hunter2"],
      /^Argument 3, --pasword, is not an option of the broker\.$/,
    ],
    [
      "an unknown option with a value",
      [...config, "--pasword=hunter2"],
      /^Argument 3, --pasword, is not an option/,
    ],
    [
      "a certificate alone",
      [...config, "--tls-cert", "own.pem"],
      /^--tls-cert and --tls-key must be used together: --tls-key is missing\.$/,
    ],
    [
      "a key alone",
      [...config, "--tls-key", "own.key"],
      /^--tls-cert and --tls-key must be used together: --tls-cert is missing\.$/,
    ],
  ])("%s", async (_, args, first) => {
    const { code, complaint } = await complaintOf(broker(...args));
    const [line = "", usage, ...rest] = complaint.split("\n");
    expect([code, line, rest]).toEqual([1, expect.stringMatching(first), [""]]);
    expect(usage).toMatch(/^Usage: broker --config FILE /);
    expect(complaint).not.toContain("hunter2");
  });
});

const onPosix = process.platform === "win32" ? [] : [0];

describe("in one line: what is wrong, with which file, and what to do", () => {
  test.each<[string, string[], string]>([
    [
      "a configuration that does not exist",
      ["--config", "none.yaml"],
      "none.yaml cannot be read (ENOENT). The file does not exist.",
    ],
    ["a folder", ["--config", "folder"], "folder cannot be read (EISDIR). It is a folder."],
    [
      "a file below a file",
      ["--config", "broker.yaml/x"],
      "x cannot be read (ENOTDIR). A part of its path is a file",
    ],
    ...onPosix.map((): [string, string[], string] => [
      "a link to itself",
      ["--config", "circle"],
      "circle cannot be read (ELOOP). Its symbolic links",
    ]),
    [
      "a path that is too long",
      ["--config", "x".repeat(5_000)],
      "cannot be read (ENAMETOOLONG). The path is too long.",
    ],
    [
      "a secret in a folder",
      ["--config", "secret-in-folder.yaml"],
      "The file cannot be read (EISDIR). It is a folder.",
    ],
    ...onPosix.map((): [string, string[], string] => [
      "a secret behind a link to itself",
      ["--config", "secret-in-circle.yaml"],
      "The file cannot be read (ELOOP). Its symbolic links",
    ]),
    [
      "a secret that is too long",
      ["--config", "secret-too-long.yaml"],
      "(larger than 64 KiB). Check that it is the right file.",
    ],
    ["a secret that is not text", ["--config", "secret-in-bytes.yaml"], "(not UTF-8). Save it as UTF-8."],
    [
      "no certificate file",
      tls("none.pem", "own.key"),
      "none.pem cannot be read (ENOENT). The file does not exist.",
    ],
    ["no key file", tls("own.pem", "none.key"), "none.key cannot be read (ENOENT). The file does not exist."],
    ["an empty certificate file", tls("empty.pem", "own.key"), "empty.pem is empty."],
    ["an empty key file", tls("own.pem", "empty.pem"), "empty.pem is empty."],
    [
      "a certificate file that is a folder",
      tls("folder", "own.key"),
      "folder cannot be read (EISDIR). It is a folder.",
    ],
    [
      "a certificate file with something else",
      tls("broker.yaml", "own.key"),
      "broker.yaml does not contain a certificate in PEM format",
    ],
    [
      "a key file with something else",
      tls("own.pem", "broker.yaml"),
      "broker.yaml does not contain a private key in PEM format",
    ],
    [
      "certificate and key exchanged",
      tls("own.key", "own.pem"),
      "own.key contains a private key and no certificate.",
    ],
    ["a certificate that was cut short", tls("cut.pem", "own.key"), "the certificate in "],
    ["a key that was cut short", tls("own.pem", "cut.key"), "the private key in "],
    [
      "a key with a passphrase",
      tls("own.pem", "passphrase.key"),
      "passphrase.key has a passphrase. Write it without one",
    ],
    [
      "another certificate's key",
      tls("own.pem", "other.key"),
      "other.key does not belong to the first certificate in ",
    ],
    [
      "a chain that begins with another certificate",
      tls("chain.pem", "own.key"),
      "the server's own certificate comes first",
    ],
    [
      "a key that is too weak",
      tls("weak.pem", "weak.key"),
      "cannot be used for TLS (ERR_SSL_EE_KEY_TOO_SMALL)",
    ],
    [
      "check of a file that does not exist",
      ["check", "--config", "none.yaml"],
      "none.yaml cannot be read (ENOENT). The file does not exist.",
    ],
    [
      "claims in a folder",
      ["explain", ...config, "--rule", "web-purge", "--claims", "folder"],
      "folder cannot be read (EISDIR). It is a folder.",
    ],
    [
      "init into a folder that does not exist",
      ["init", "--repository", "a/b", "--owner-id", "1", "--repository-id", "1", "--out", "none/x.yaml"],
      "x.yaml cannot be written (ENOENT). Its folder does not exist.",
    ],
    [
      "a command's argument too many",
      ["check", ...config, "hunter2"],
      "Argument 3 is not an option of check.",
    ],
  ])("%s", async (_, args, words) => {
    const { code, complaint } = await complaintOf(broker(...args));
    expect([code, complaint]).toEqual([1, expect.stringMatching(/^[^\n]+\.\n$/)]);
    expect(complaint).toContain(words);
    expect(complaint).not.toContain("hunter2");
  });
});

test.each([
  ["expired", /^warning: the certificate in \S+expired\.pem expired at \d{4}-\d\d-\d\dT[^\n]+\n$/],
  ["early", /^warning: the certificate in \S+early\.pem is not valid before \d{4}-\d\d-\d\dT[^\n]+\n$/],
])("a certificate out of its time, %s, is warned of, and it starts", async (name, warning) => {
  const child = run(broker(...tls(`${name}.pem`, `${name}.key`), "--port", "0"));
  const [[first], complaint] = await Promise.all([
    once(child.stdout as Readable, "data").finally(() => child.kill("SIGTERM")),
    text(child.stderr as Readable),
  ]);
  expect(String(first)).toMatch(/^Listening on https:/);
  expect(complaint).toMatch(warning);
});

const whereHangUps = process.platform === "win32" ? test.skip : test;

whereHangUps("a SIGHUP that comes while it starts is heeded once it has", async () => {
  // Accepts connections and is silent: whoever starts waits for it.
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const store = `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  fileWith("silent.yaml", read("broker.yaml").replace("store: memory", `store: ${store}`));
  const connected = once(silent, "connection");
  const child = run(broker("--config", "silent.yaml", "--port", "0"));
  child.stderr?.resume();
  await connected;
  child.kill("SIGHUP");
  const lines = createInterface(child.stdout as Readable)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toMatch(/^Listening on http:/);
  expect(JSON.parse((await lines.next()).value ?? "{}")).toMatchObject({ event: "reload", decision: "done" });
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([0, null]);
  silent.close();
});

const places: [string, string[]][] = [
  ["the broker", broker(...config)],
  ["the emulator of Fastly", main("emulator/main.ts")],
  ["the emulator of GitHub", main("emulator/github/main.ts")],
];

describe.each(places)("%s says in one line", (_name, program) => {
  const lineOf = (words: string) => expect.stringMatching(new RegExp(`^${words}[^\\n]*\\.\\n$`));

  test("that its port is taken", async () => {
    const { port } = taken.address() as AddressInfo;
    const { code, complaint } = await complaintOf([...program, "--port", String(port)]);
    const words = `Port ${port} of 127\\.0\\.0\\.1 is in use \\(EADDRINUSE\\)\\. Stop the program that uses it, or `;
    expect([code, complaint]).toEqual([1, lineOf(words)]);
  });

  const firstPortOfAll = process.platform === "linux" ? firstUnprivileged() : 0;
  const withPrivileges = firstPortOfAll > 1 ? test : test.skip;

  withPrivileges("that it may not listen on a port below 1024", async () => {
    const dropping = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-net_bind_service"] : [];
    const { code, complaint } = await complaintOf([...dropping, ...program, "--port", "1"]);
    const words = "This user may not listen on port 1 \\(EACCES\\)\\. Choose a --port of 1024 or above";
    expect([code, complaint]).toEqual([1, lineOf(words)]);
  });

  test("that whoever was to read where it listens is gone", async () => {
    const child = run([...program, "--port", "0"]);
    child.stdout?.destroy();
    const [complaint, [code]] = await Promise.all([text(child.stderr as Readable), once(child, "close")]);
    expect([code, complaint]).toEqual([1, lineOf("Standard output cannot be written \\(EPIPE\\)")]);
  });

  const onFullDisk = process.platform === "linux" ? test : test.skip;

  onFullDisk("that its output goes to a full disk", async () => {
    const child = spawn("sh", ["-c", 'exec "$@" >/dev/full', "sh", ...program, "--port", "0"], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...serverEnv(), ...env },
    });
    const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    expect([code, complaint]).toEqual([1, lineOf("Standard output cannot be written \\(ENOSPC\\)")]);
  });
});

const whereStreamsClose = process.platform === "win32" ? test.skip : test;

whereStreamsClose("a broker whose audit is kept nowhere is warned of", async () => {
  const child = run(["sh", "-c", 'exec "$@" >&-', "sh", ...broker(...config, "--port", "0")]);
  const [first] = await once(child.stderr as Readable, "data");
  child.kill("SIGKILL");
  expect(String(first)).toBe(
    "warning: standard output is closed or goes to /dev/null, so no audit log is kept.\n",
  );
});

function firstUnprivileged(): number {
  return Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
}

test.each([
  [
    "192.0.2.1",
    "This machine does not have the address 192.0.2.1 (EADDRNOTAVAIL). Choose a --host that it has",
  ],
  ["no-such-host.invalid", "The host no-such-host.invalid cannot be resolved ("],
])("the broker says in one line that it cannot listen at %s", async (host, words) => {
  const { code, complaint } = await complaintOf(broker(...config, "--port", "0", "--host", host));
  expect([code, complaint]).toEqual([1, expect.stringMatching(/^[^\n]+\.\n$/)]);
  expect(complaint).toContain(words);
});
