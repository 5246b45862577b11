/*
 * node scripts/demo.ts [--action PATH]
 *
 * One job, told step by step: the built action creates a token, Fastly's own command line deploys with it, post revokes
 * it. Ends with an error as soon as anything is not as told.
 *
 * With FASTLY_USERNAME, FASTLY_PASSWORD and FASTLY_SERVICE_ID set it uses Fastly's real API. FASTLY_TOTP_SECRET and
 * FASTLY_OTHER_SERVICE_ID may be set too. What it purges is a key that nothing carries.
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
    scope: "purge_select",
    services: service,
    "expires-in": "10m",
    name: "demo",
    "api-url": url,
  };
}

async function tellJob(
  { description, url, credentials, service, otherService }: DemoApi,
  job: Job,
): Promise<void> {
  say(description);

  tell("The job starts: the action creates a token that may purge one service, for ten minutes at most.");
  await runStep(job, "main");
  const { token = "" } = job.results[0]?.outputs ?? {};
  expect("the action hands on a token", token !== "");

  tell("The job deploys: Fastly's command line purges that service with the token.");
  expect("the purge succeeds", (await purge(service)) === "done");

  tell("The job errs: it tries another service with the same token.");
  if (otherService === undefined) say("(Skipped: FASTLY_OTHER_SERVICE_ID names no other service.)");
  else expect("the purge is refused", (await purge(otherService)) === "refused");

  tell("The job ends: the action's post step revokes the token.");
  await runStep(job, "post");

  tell("Somebody finds the token later, and tries the same purge.");
  expect("the purge is refused", (await purge(service)) === "refused");

  tell("What was shown of all this holds no secret.");
  expect(
    "neither the token nor the password is in any log",
    job.leaks([token, credentials.password]).length === 0,
  );

  async function purge(service: string): Promise<"done" | "refused" | "failed"> {
    const args = ["service", "purge", "--key", "fastly-ephemeral-token-demo", "--service-id", service];
    say(`$ FASTLY_API_TOKEN=*** fastly ${args.join(" ")}`);
    const { code, stdout, stderr } = await fastlyCli(args, { apiUrl: url, token });
    // The second paragraph of an error is advice.
    quote(`${stdout}${stderr}`.trim().replace(/\n\n.*/su, ""));
    if (code === 0) return "done";
    return /\b40[13] (?:Unauthorized|Forbidden)/u.test(stderr) ? "refused" : "failed";
  }
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
  if (!isSo) throw new Error(`Not as told: ${what}.`);
  console.log(styleText("green", `  ✓ ${what}`));
}
