/*
 * node scripts/verify.ts [--real [--api-url URL]] [--out FILE]
 *
 * Checks what is assumed of Fastly's API (docs/how-we-know.md), and writes a report to paste into an issue. Whatever
 * happens, it ends the tokens that it has created, or says which may be alive. Exits with 0 where nothing speaks
 * against an assumption, with 1 where something does or a token may be alive, with 2 after a mistake in the arguments.
 */
import { writeFileSync } from "node:fs";
import { systemClock } from "../src/http/clock.ts";
import { openTransport } from "../src/http/node.ts";
import { proxyFor } from "../src/http/proxy.ts";
import { version } from "../src/version.ts";
import { startEmulator } from "../test/support/emulator.ts";
import { readAssumptions } from "./verify/assumptions.ts";
import { conduct } from "./verify/conduct.ts";
import { type Ended, endAll } from "./verify/end.ts";
import { readOptions, usage } from "./verify/options.ts";
import { endOf, formatReport } from "./verify/report.ts";
import { type Account, createRun, type Run } from "./verify/run.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const assumptions = readAssumptions();
const userAgent = `fastly-ephemeral-token/${version} verify`;

const options = await readOptions(process.argv.slice(2), process.env);
switch (options.kind) {
  case "help":
    process.stdout.write(usage);
    break;
  case "mistake":
    print(`${options.message} See npm run verify -- --help.`);
    process.exitCode = 2;
    break;
  case "verify":
    if (options.account === "emulator") await verifyEmulator(options.out);
    else await verifyReal(options.account, options.out);
}

/** What it creates ends with the emulator, so that a signal ends both. */
async function verifyEmulator(out: string | undefined): Promise<void> {
  const { url, username, password, services, stop } = await startEmulator();
  for (const name of signals) process.once(name, () => void stop().then(() => process.exit(1)));
  print("This asks an emulator, which does what is assumed. To ask Fastly, use --real.");
  const [service, otherService] = services;
  try {
    await verify({ apiUrl: url, username, password, otp: { kind: "none" }, service, otherService }, out);
  } finally {
    await stop();
  }
}

async function verifyReal(account: Account, out: string | undefined): Promise<void> {
  const interruption = new AbortController();
  await verify(account, out, interruption.signal, ({ namePrefix }) => {
    for (const name of signals) process.on(name, () => interrupt(interruption, namePrefix));
  });
}

function interrupt(interruption: AbortController, namePrefix: string): void {
  if (interruption.signal.aborted) {
    print(
      `Stopped. Tokens whose names begin with "${namePrefix}" may be alive; they expire within 15 minutes.`,
    );
    process.exit(1);
  }
  print(
    "Interrupted. Now revoking what was created, which can take a minute or two. A second signal stops immediately.",
  );
  interruption.abort();
}

async function verify(
  account: Account,
  out: string | undefined,
  signal: AbortSignal = new AbortController().signal,
  onBegin: (run: Run) => void = () => {},
): Promise<void> {
  const open = (origin: string) => openTransport(origin, proxyFor(new URL(account.apiUrl), process.env));
  const transport = open(new URL(account.apiUrl).origin);
  // An interrupted wait is over: the request after it finds out why.
  const wait = (ms: number) => systemClock.wait(ms, signal).catch(() => undefined);
  const run = createRun(account, { transport, userAgent, signal, wait });
  onBegin(run);
  print(
    `Asking ${account.apiUrl}. Tokens of this run begin with "${run.namePrefix}", and expire within 15 minutes.`,
  );
  let ended: Ended | undefined;
  const verdicts = await conduct(run).finally(async () => {
    await transport.close();
    ended = await endAll(run, open, userAgent);
    print(run.masks.strike(endOf(ended)));
  });
  if (!ended) return;
  const report = formatReport({
    run,
    verdicts,
    ended,
    assumptions,
    version,
    at: new Date(),
  });
  writeReport(report, out);
  const isAgainst = [...verdicts.values()].some(({ kind }) => kind === "does-not-hold");
  if (isAgainst || ended.left.length > 0 || signal.aborted || !run.session) process.exitCode = 1;
}

/** What it took to write a report is not done again because a folder is missing. */
function writeReport(report: string, out: string | undefined): void {
  if (out === undefined) return void process.stdout.write(report);
  try {
    writeFileSync(out, report);
  } catch (error) {
    print(
      `${out} cannot be written (${(error as NodeJS.ErrnoException).code}). The report is on the standard output.`,
    );
    process.stdout.write(report);
    process.exitCode = 1;
  }
}

function print(text: string): void {
  process.stderr.write(`${text}\n`);
}
