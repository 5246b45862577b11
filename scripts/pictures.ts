/*
 * node scripts/pictures.ts
 *
 * Takes the pictures in docs/ of the job summaries as people see them, light and dark: real steps write them against the emulator,
 * GitHub's stylesheet draws them, and headless Chromium (CHROMIUM, or chromium on the PATH; with a font that has emoji) takes the picture.
 */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { machineClock } from "../test/support/action.ts";
import { type Emulator, startEmulator } from "../test/support/emulator.ts";
import { respond } from "../test/support/faults.ts";
import { startGitHub } from "../test/support/github.ts";
import { startJob } from "../test/support/runner.ts";

const run = promisify(execFile);
const { CHROMIUM = "chromium" } = process.env;

const emulator = await startEmulator();
try {
  const pictures = [
    ["docs/summary-job", await jobSummary(emulator), 190],
    ["docs/summary-sweep", await sweepSummary(emulator), 700],
  ] as const;
  for (const [name, summary, height] of pictures)
    for (const scheme of ["light", "dark"] as const)
      await picture(`${name}-${scheme}.png`, summary, height, scheme);
} finally {
  await emulator.stop();
}

async function jobSummary({ url, username, password, services }: Emulator): Promise<string> {
  const inputs = {
    username,
    password,
    scope: "purge_all purge_select",
    services: services.join(" "),
    "api-url": url,
  };
  const job = await startJob({ inputs, repository: "octo-org/shop" });
  await job.run("main");
  const { summary } = await job.run("post", { env: machineClock(3 * 60_000) });
  await job.end();
  return summary;
}

async function sweepSummary({
  url,
  username,
  password,
  userId,
  addTokens,
  fault,
}: Emulator): Promise<string> {
  const github = await startGitHub();
  const orphan = (repository: string, runId: number, job: string, minutes: number) => ({
    user: userId,
    name: `fastly-ephemeral-token/1 0123456789abcdef0123.1 github.com/octo-org/${repository}/actions/runs/${runId}/attempts/1 use=job job=${job}`,
    created_at: new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+Z$/, "Z"),
  });
  await addTokens([
    orphan("shop", 9100000001, "deploy", 190),
    orphan("shop", 9100000002, "purge", 75),
    orphan("shop", 9100000003, "deploy", 64),
    orphan("shop", 9100000004, "deploy", 12),
    orphan("docs", 9200000001, "publish", 1500),
    orphan("docs", 9200000002, "publish", 130),
  ]);
  const repository = "octo-org/shop";
  github.know({ repository, runId: 9100000001, status: "completed" });
  github.know({ repository, runId: 9100000002, status: "completed" });
  github.know({ repository, runId: 9100000003, status: "in_progress" });
  github.know({ repository: "octo-org/docs", runId: 9200000001, status: "completed" });
  const refusal = respond(400, { msg: "Bad request" });
  await fault({ match: { method: "DELETE", path: "/tokens" }, times: 2, fault: refusal });
  const forbidden = respond(403, { msg: "You are not authorized to perform this action" });
  await fault({ match: { method: "DELETE", path: "/tokens/:id" }, times: 1, fault: forbidden });
  const inputs = { username, password, repositories: "*", "api-url": url };
  const env = { GITHUB_API_URL: github.apiUrl };
  const job = await startJob({
    action: "sweep/action.yml",
    inputs,
    env,
    repository,
    githubToken: github.token,
  });
  const { summary, log } = await job.run("main");
  await job.end();
  await github.stop();
  if (summary === "") throw new Error(`no summary:\n${log}`);
  return summary;
}

async function picture(
  path: string,
  summary: string,
  height: number,
  scheme: "light" | "dark",
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "picture-"));
  const css = await readFile(`node_modules/github-markdown-css/github-markdown-${scheme}.css`, "utf8");
  const background = { light: "#ffffff", dark: "#0d1117" }[scheme];
  const page = join(directory, "page.html");
  await writeFile(
    page,
    `<!doctype html><meta charset="utf-8"><style>${css} body{margin:24px;background:${background}}</style><article class="markdown-body">${summary}</article>`,
  );
  const flags = [
    ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking"],
    [`--user-data-dir=${join(directory, "profile")}`, `--window-size=1100,${height}`],
    [`--screenshot=${resolve(path)}`, `file://${page}`],
  ];
  await run(CHROMIUM, flags.flat());
  await rm(directory, { recursive: true });
  console.log(path);
}
