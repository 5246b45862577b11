/*
 * node scripts/demo.ts [--action PATH]
 *
 * One job, step by step: the built action creates a token, Fastly's own command line deploys a Compute package with it,
 * post revokes it. Ends with an error as soon as anything is not as announced.
 *
 * With FASTLY_USERNAME, FASTLY_PASSWORD, FASTLY_SERVICE_ID and FASTLY_PACKAGE set it uses Fastly's real API, and does
 * deploy that package to that service. FASTLY_TOTP_SECRET and FASTLY_OTHER_SERVICE_ID may be set too.
 */
import { parseArgs, styleText } from "node:util";
import { fastlyCli } from "../test/support/fastly-cli.ts";
import { type Job, type Stage, startJob } from "../test/support/runner.ts";
import { type DemoApi, openDemoApi } from "./demo/api.ts";

const api = await openDemoApi();
const { action } = parseArgs({ options: { action: { type: "string", default: "action.yml" } } }).values;
const job = await startJob({ action, inputs: actionInputs(api) });
try {
  await tellJob(api, job);
} finally {
  await job.end();
  await api.close();
}

function actionInputs({ url, credentials, service }: DemoApi): Record<string, string> {
  return {
    username: credentials.username,
    password: credentials.password,
    "totp-secret": credentials.totpSecret,
    scope: "global",
    services: service,
    "expires-in": "10m",
    label: "demo",
    "api-url": url,
  };
}

async function tellJob(api: DemoApi, job: Job): Promise<void> {
  const { description, service, otherService, credentials } = api;
  say(description);

  tell("The job starts: the action creates a token for one service, which lives for ten minutes at most.");
  await runStep(job, "main");
  const { token = "" } = job.results[0]?.outputs ?? {};
  expect("the action hands on a token", token !== "");

  tell("The job deploys: Fastly's command line puts a new version of that service into operation.");
  expect("the deployment succeeds", (await deploy(api, token, service)) === "done");

  tell("The job makes a mistake: it deploys to another service with the same token.");
  if (otherService === undefined) say("(Skipped: FASTLY_OTHER_SERVICE_ID names no other service.)");
  else expect("the deployment is refused", (await deploy(api, token, otherService)) === "refused");

  tell("The job ends: the action's post step revokes the token.");
  await runStep(job, "post");

  tell("Somebody finds the token later, and deploys to the first service.");
  expect("the deployment is refused", (await deploy(api, token, service)) === "refused");

  tell("Nothing that was shown holds a secret.");
  expect(
    "neither the token nor the password is in any log",
    job.leaks([token, credentials.password]).length === 0,
  );
}

async function deploy(
  { url, packageFile }: DemoApi,
  token: string,
  service: string,
): Promise<"done" | "refused" | "failed"> {
  const args = ["compute", "deploy", "--package", packageFile, "--service-id", service];
  say(`$ FASTLY_API_TOKEN=*** fastly ${args.join(" ")}`);
  const { code, stdout, stderr } = await fastlyCli(args, { apiUrl: url, token });
  quote(withoutProgress(`${stdout}${stderr}`));
  if (code === 0) return "done";
  return /\b40[13] (?:Unauthorized|Forbidden)/u.test(stderr) ? "refused" : "failed";
}

/** Without the lines that a terminal would have overwritten, and without the advice that follows an error. */
function withoutProgress(output: string): string {
  return output
    .replace(/^[-|/\\] .*\n/gmu, "")
    .replace(/(ERROR: [^\n]*)\n\n.*/su, "$1")
    .replace(/\n{2,}/gu, "\n")
    .trim();
}

async function runStep(job: Job, stage: Stage): Promise<void> {
  const { log, conclusion } = await job.run(stage);
  say(`The log of ${stage}, as GitHub shows it:`);
  quote(log);
  expect(`${stage} succeeds`, conclusion === "success");
}

function tell(text: string): void {
  console.log(`\n${styleText("bold", text)}`);
}

function say(text: string): void {
  console.log(`  ${text}`);
}

function quote(text: string): void {
  for (const line of text.split("\n")) console.log(styleText("dim", `  | ${line}`));
}

function expect(what: string, isSo: boolean): void {
  if (!isSo) throw new Error(`Not as announced: ${what}.`);
  console.log(styleText("green", `  ✓ ${what}`));
}
