import { fastlyCli } from "../../test/support/fastly-cli.ts";
import { type Job, type Stage, startJob } from "../../test/support/runner.ts";
import { type DemoApi, openDemoApi } from "./api.ts";
import { expect, printHeading, printLine, quote } from "./show.ts";

/** One job with a password, from its start to its end. */
export async function playJob(action: string): Promise<void> {
  const api = await openDemoApi();
  try {
    await playJobAgainst(api, action);
  } finally {
    await api.close();
  }
}

async function playJobAgainst(api: DemoApi, action: string): Promise<void> {
  const job = await startJob({ action, inputs: actionInputs(api) });
  try {
    await tellJob(api, job);
  } finally {
    await job.end();
  }
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
  printLine(description);

  printHeading(
    "The job starts: the action creates a token for one service, with a lifetime of at most ten minutes.",
  );
  await runStep(job, "main");
  const { token = "" } = job.results[0]?.outputs ?? {};
  expect("the action hands on a token", token !== "");

  printHeading("The job deploys: Fastly's command line puts a new version of that service into operation.");
  expect("the deployment succeeds", (await deploy(api, token, service)) === "done");

  printHeading("The job makes a mistake: it deploys to another service with the same token.");
  if (otherService === undefined) printLine("(Skipped: FASTLY_OTHER_SERVICE_ID names no other service.)");
  else expect("the deployment is refused", (await deploy(api, token, otherService)) === "refused");

  printHeading("The job ends: the action's post step revokes the token.");
  await runStep(job, "post");

  printHeading("Somebody finds the token later, and deploys to the first service.");
  expect("the deployment is refused", (await deploy(api, token, service)) === "refused");

  printHeading("No output contains a secret.");
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
  printLine(`$ FASTLY_API_TOKEN=*** fastly ${args.join(" ")}`);
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
  printLine(`The log of ${stage}, as GitHub shows it:`);
  quote(log);
  expect(`${stage} succeeds`, conclusion === "success");
}
