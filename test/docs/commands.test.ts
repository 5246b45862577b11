import { execFile } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { startEmulator } from "../support/emulator.ts";
import { readPage } from "./markdown.ts";

const run = promisify(execFile);
const pages = globSync(["*.md", "docs/**/*.md"]).sort();
const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));

/** Where a command runs, or why no test runs it. */
type Evidence = { runBy: string } | { notRun: string };

const account = { notRun: "needs an account at GitHub or Fastly" };
const release = { notRun: "needs a release" };
const figures = { notRun: "prints figures, which nobody can compare; it takes minutes" };
const getStarted = { runBy: "test/docs/get-started.test.ts" };
const ownCommands = { runBy: "test/broker/config/commands.test.ts" };

/** The scripts of the package that a page names. */
const scriptsNamed: Record<string, Evidence> = {
  adopt: { runBy: "test/repository/adopt.test.ts" },
  bench: figures,
  "bench:broker": figures,
  "bench:broker-scale": figures,
  "bench:scale": figures,
  "bench:sweep": figures,
  "bench:where": figures,
  broker: ownCommands,
  build: { runBy: ".ci/run" },
  "build:broker": { runBy: "test/broker/service/bundle.test.ts" },
  "build:compute": { runBy: "test/broker/compute/builds-with-its-policy.test.ts" },
  demo: { runBy: "test/repository/archive.test.ts" },
  "demo -- --broker": { runBy: "test/repository/broker-demo.test.ts" },
  emulator: { runBy: "test/emulator/start-line.test.ts" },
  "emulator:github": { runBy: "test/support/github-oidc.ts" },
  format: { notRun: "changes files" },
  lint: { runBy: ".ci/run" },
  "test:busy": { runBy: ".ci/run" },
  "test:e2e": { runBy: ".ci/e2e" },
  typecheck: { runBy: ".ci/run" },
  verify: { runBy: "test/verify/process.ts" },
  "verify -- --real": account,
};

/** Each block of commands, by its page and its first command. */
const blocks: Record<string, Record<string, Evidence>> = {
  "CONTRIBUTING.md": { "npm ci && npm run demo": scriptsNamed.demo as Evidence },
  "README.md": {
    "npm ci && npm run demo": scriptsNamed.demo as Evidence,
    "npm ci && npm test": { runBy: ".ci/run" },
  },
  "docs/broker/compute.md": { "npm ci": getStarted, "cd compute && fastly compute publish": account },
  "docs/get-started-with-a-user.md": {
    "fastly user create": getStarted,
    "gh api --method PUT repos/OWNER/REPO/environments/fastly": account,
    "gh secret set FASTLY_USERNAME": account,
  },
  "docs/get-started-with-the-broker.md": {
    "npm ci": getStarted,
    "npm run --silent broker -- init": getStarted,
    "export FASTLY_USERNAME": getStarted,
    "npm run --silent broker -- --config": getStarted,
    "ask() {": getStarted,
    "ask '{": getStarted,
    "curl --fail --silent --request DELETE": getStarted,
    "gh attestation verify broker.cjs": release,
    "node broker.cjs init": getStarted,
    "node broker.cjs check": getStarted,
    "node broker.cjs --config": getStarted,
    "curl https://YOUR-BROKER/readyz": getStarted,
  },
  "docs/how-we-know.md": { "npm run verify -- --real": account },
  "docs/respond-to-a-leak.md": { "curl -X DELETE": { runBy: "test/docs/commands.test.ts" } },
};

/** The blocks of a page that are for a shell. */
function shellBlocks(page: string): string[] {
  return [...readPage(page).matchAll(/^( *)```(?:sh|bash|console|shell)\n(.*?)^ *```$/gms)].map(
    ([, indent = "", text = ""]) => text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
}

test.each(pages)("%s: each block of commands is run by a test, or has a reason", (page) => {
  const known = blocks[page] ?? {};
  const firsts = shellBlocks(page).map(
    (block) => Object.keys(known).find((first) => block.startsWith(first)) ?? block,
  );
  expect(firsts).toEqual(Object.keys(known));
});

test.each(pages)("%s: each script that it names is run by a test, or has a reason", (page) => {
  const named = [
    ...readPage(page)
      .replace(/^```yaml$.*?^```$/gms, "")
      .matchAll(/npm run (?:--silent |-s )?([\w:-]+)/g),
  ];
  const unknown = named
    .map(([, script = ""]) => script)
    .filter((script) => !Object.hasOwn(scriptsNamed, script));
  expect(unknown).toEqual([]);
});

const evidence = Object.entries(scriptsNamed).flatMap(([command, value]) =>
  "runBy" in value ? [{ command, runBy: value.runBy }] : [],
);

test.each(evidence)("npm run $command is run by $runBy", ({ command, runBy }) => {
  const [script = ""] = command.split(" ");
  const [file = script] = /[\w/-]+\.ts/.exec(scripts[script]) ?? [];
  const text = readFileSync(runBy, "utf8");
  expect(
    [`npm run ${script}`, `npm run --silent ${script}`, file].filter((form) => text.includes(form)),
  ).not.toEqual([]);
});

test("whatever is said to run a block is there", () => {
  const files = Object.values(blocks)
    .flatMap((known) => Object.values(known))
    .flatMap((value) => ("runBy" in value ? [value.runBy] : []));
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

const testHere = process.platform === "win32" ? test.skip : test;

testHere("the command of respond-to-a-leak.md ends a token with itself", async () => {
  const emulator = await startEmulator();
  try {
    const { userId } = await emulator.addUser();
    const [token] = await emulator.addTokens([{ name: "leaked", user: userId }]);
    const [command = ""] = shellBlocks("docs/respond-to-a-leak.md");
    const env = { PATH: process.env.PATH ?? "", TOKEN: token?.access_token ?? "" };
    await run("bash", ["-c", command.replace("https://api.fastly.com", emulator.url)], { env });
    expect(await emulator.liveTokens(userId)).toEqual([]);
  } finally {
    await emulator.stop();
  }
});
