import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ActionJob, type ActionJobOptions, useAction } from "../support/action.ts";
import { runCompanion } from "../support/companion.ts";
import { findLeaks } from "../support/runner/leaks.ts";

const action = useAction();

const variable = "FASTLY_API_TOKEN";
const before = "the-token-of-before";

/** All steps of a test belong to one job, and the runner gives them one directory. */
let temp = "";
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), "runner-temp-"));
});
afterEach(() => rm(temp, { recursive: true, force: true }));

type Main = { job: ActionJob; token: string };

async function exporting(env: Record<string, string>, options: ActionJobOptions = {}): Promise<Main> {
  const job = await action.job({
    ...options,
    inputs: { "export-env": variable, ...options.inputs },
    env: { RUNNER_TEMP: temp, ...env },
  });
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  return { job, token: main.outputs.token ?? "" };
}

async function revoke({ job, token }: Main, env: Record<string, string> = {}) {
  const all = { ...job.env, ...env };
  return runCompanion("revoke", action, job.user, { env: all, inputs: { token }, hidden: [token] });
}

/** The variables as post leaves them, on top of those that it finds. */
async function post({ job }: Main, env: Record<string, string>) {
  const step = await job.run("post", { env });
  expect(step).toMatchObject({ conclusion: "success", annotations: [] });
  return { ...env, ...step.env };
}

async function leftIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

test.each([
  ["a token", before],
  ["several lines", `a\n{\n  ${before}\r\n}`],
  ["a delimiter of the runner's files", `${before}\nEOF\nghadelimiter_0\nPATH=/evil`],
  ["any characters", "p%s 🔑 密码 é \u2028 ::add-mask::x"],
  ["the longest that main keeps", "\u{1F511}".repeat(4_000)],
])("a variable that had a value gets it back, and one that had none is empty: %s", async (_, value) => {
  const inputs = { "export-env": `${variable} FASTLY_API_KEY` };
  const main = await exporting({ [variable]: value }, { inputs });
  const step = await revoke(main);
  expect(step).toMatchObject({ conclusion: "success", annotations: [] });
  expect(step.env).toEqual({ [variable]: value, FASTLY_API_KEY: "" });
  expect(await readdir(temp)).toEqual([]);
});

test("the earlier value is masked before it is written", async () => {
  const step = await revoke(await exporting({ [variable]: before }));
  expect(step.masks).toContain(before);
});

test("what lies in the runner's directory shows neither the value nor the token", async () => {
  const { token } = await exporting({ [variable]: before });
  const files = await leftIn(temp);
  expect(files).toHaveLength(1);
  const texts = await Promise.all(files.map(async (path) => [path, await readFile(path, "latin1")] as const));
  expect(findLeaks([before, token], { ...Object.fromEntries(texts), names: files.join("\n") })).toEqual([]);
  if (process.platform === "win32") return;
  const modes = [...files, join(temp, "fastly-ephemeral-token")].map(async (path) => (await stat(path)).mode);
  expect((await Promise.all(modes)).map((mode) => mode & 0o777)).toEqual([0o600, 0o700]);
});

test("where no variable had a value, nothing is left in the runner's directory", async () => {
  await exporting({ [variable]: "" });
  expect(await readdir(temp)).toEqual([]);
});

test.each<[string, (path: string, other: string) => Promise<unknown>]>([
  ["missing", (path) => rm(path)],
  ["empty", (path) => writeFile(path, "")],
  ["cut off", async (path) => writeFile(path, (await readFile(path)).subarray(0, -1))],
  ["changed", async (path) => writeFile(path, withAnotherValue(await readFile(path)))],
  ["another token's", async (path, other) => writeFile(path, await readFile(other))],
  ["a directory", (path) => rm(path).then(() => mkdir(path))],
])("a variable whose file is %s becomes empty", async (_, change) => {
  const main = await exporting({ [variable]: before });
  const [path = ""] = await leftIn(temp);
  await exporting({ [variable]: "the-value-of-another-job" });
  const other = (await leftIn(temp)).find((file) => file !== path) ?? "";
  await change(path, other);
  const step = await revoke(main);
  expect(step).toMatchObject({ conclusion: "success", annotations: [], env: { [variable]: "" } });
});

/** The value's last character is another one: whatever opens the file without checking it would find nothing wrong. */
function withAnotherValue(bytes: Buffer): Buffer {
  const at = bytes.length - '"}]}'.length - 1;
  return Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));
}

test("without a directory of the runner's the job has its token, and the variable becomes empty", async () => {
  const main = await exporting({ [variable]: before, RUNNER_TEMP: "" });
  expect(await revoke(main)).toMatchObject({ conclusion: "success", env: { [variable]: "" } });
});

test("a directory that cannot be written is reported, and costs the job nothing", async () => {
  const blocked = join(temp, "fastly-ephemeral-token");
  await writeFile(blocked, "");
  const main = await exporting({ [variable]: before });
  expect(main.job.results[0]?.log).toMatch(
    /The values that FASTLY_API_TOKEN held before could not be saved for the revoke action \(E[A-Z]+\)/,
  );
  const step = await revoke(main);
  expect(step).toMatchObject({ conclusion: "success", annotations: [], env: { [variable]: "" } });
  expect(await post(main, { [variable]: main.token })).toEqual({ [variable]: before });
});

test.each(["/proc", "/nowhere"])(
  "a directory that cannot be made is reported, and does not hold main up: %s",
  async (temp) => {
    const main = await exporting({ [variable]: before, RUNNER_TEMP: temp });
    expect(main.job.results[0]?.log).toContain("could not be saved for the revoke action (ENOENT)");
  },
);

test("a variable that somebody set in between stays as it is", async () => {
  const main = await exporting({ [variable]: before });
  expect(await revoke(main, { [variable]: "set-in-between" })).toMatchObject({ env: {} });
});

test.each(["true", "false"])("post removes the file, with revoke: %s", async (revoke) => {
  const main = await exporting({ [variable]: before }, { inputs: { revoke } });
  await post(main, {});
  expect(await readdir(temp)).toEqual([]);
});

describe("two steps export one variable", () => {
  async function stacked() {
    const first = await exporting({ [variable]: before });
    const second = await exporting({ [variable]: first.token });
    return { first, second };
  }

  test("the second token is revoked: the first comes back, and after post what was there before", async () => {
    const { first, second } = await stacked();
    expect((await revoke(second)).env).toEqual({ [variable]: first.token });
    const afterSecond = await post(second, { [variable]: first.token });
    expect(afterSecond).toEqual({ [variable]: first.token });
    expect(await post(first, afterSecond)).toEqual({ [variable]: before });
    expect(await readdir(temp)).toEqual([]);
  });

  test("both are revoked, the first one first: its revoked token does not come back", async () => {
    const { first, second } = await stacked();
    expect((await revoke(first, { [variable]: second.token })).env).toEqual({});
    const step = await revoke(second);
    expect(step).toMatchObject({ env: { [variable]: before }, conclusion: "success" });
    expect(step.masks).toContain(before);
    const afterSecond = await post(second, { [variable]: before });
    expect(await post(first, afterSecond)).toEqual({ [variable]: before });
    expect(await readdir(temp)).toEqual([]);
  });

  test("the first is revoked: post of the second passes over its token as well", async () => {
    const { first, second } = await stacked();
    await revoke(first, { [variable]: second.token });
    const afterSecond = await post(second, { [variable]: second.token });
    expect(afterSecond).toEqual({ [variable]: before });
    expect(await post(first, afterSecond)).toEqual({ [variable]: before });
    expect(await readdir(temp)).toEqual([]);
  });

  test("the first, which found nothing, is revoked: the variable becomes empty with the second", async () => {
    const first = await exporting({});
    const second = await exporting({ [variable]: first.token });
    await revoke(first, { [variable]: second.token });
    expect((await revoke(second)).env).toEqual({ [variable]: "" });
  });
});
