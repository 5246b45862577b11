import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startBroker } from "../../support/broker.ts";
import { configOf, exchange, useWorld } from "./world.ts";

const world = useWorld();
const run = promisify(execFile);
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "broker-bundle-"));
  await run(process.execPath, ["scripts/build-broker.ts", join(directory, "built")]);
  await rename(join(directory, "built", "broker.cjs"), join(directory, "alone.cjs"));
});
afterAll(() => rm(directory, { recursive: true }));

test("the broker is one file, with its licences beside it", async () => {
  expect(await readdir(join(directory, "built"))).toEqual(["licenses.txt"]);
});

test("its commands name the file that they are in, since a release has no npm", async () => {
  const file = join(directory, "alone.cjs");
  const out = join(directory, "broker.yaml");
  const repository = ["--repository", "octo-org/shop", "--owner-id", "9919", "--repository-id", "1296269"];
  const { stdout } = await run(process.execPath, [file, "init", ...repository, "--out", out]);
  expect(stdout).toContain(`then run: node alone.cjs check --config ${out}\n`);
  expect(await readFile(out, "utf8")).toContain(
    "\n# After each change: node alone.cjs check --config FILE\n",
  );
});

test("that file alone makes tokens", async () => {
  const user = await world.fastly.addUser();
  const { config, env } = await configOf(world, { users: [{ id: "ci-web", user }] });
  const broker = await startBroker(config, { env, program: [join(directory, "alone.cjs")] });
  try {
    expect((await exchange(broker, await world.github.registerJob())).status).toBe(200);
  } finally {
    expect(await broker.stop()).toBe(0);
  }
});
