import { namesPath } from "../../emulator/world/journal.ts";
import { ask } from "../emulator/api.ts";
import type { JournalEntry, TokenReport } from "../support/emulator.ts";
import type { Annotation } from "../support/runner/step-log.ts";
import type { Stage, StepResult } from "../support/runner.ts";
import type { Played } from "./play.ts";
import type { End, Row } from "./row.ts";
import { helperLifetimeMs, lifetimeMs, type Setup } from "./setup.ts";
import type { Worker } from "./worker.ts";

/** How a row ended. Without problems, all is as it must be. */
export type Judgement = {
  row: Row;
  problems: string[];
  /** Tokens that live on, although the row does not allow it, or that no message names. */
  leaked: number;
  /** Tokens that live until their expiry, as they may. */
  leftToExpire: number;
  locked: boolean;
  leakedSecrets: number;
};

type Steps = { main: Played; post: Played };

export async function judge(row: Row, setup: Setup, steps: Steps, worker: Worker): Promise<Judgement> {
  const end = endOf(row, steps.post.step);
  const tokens = await worker.emulator.tokens(setup.user.userId);
  const requests = await worker.emulator.requests(setup.since);
  const alive = tokens.filter(({ id, state }) => state === "live" && !setup.others.includes(id));
  const kept = row.circumstances.includes("revoke is false") ? alive.filter(isJobsFinalToken(setup)) : [];
  const left = alive.filter((token) => !kept.includes(token));
  const leaked = left.filter((token) => !mayLive(token, end, steps.post.step));
  const refused = requests.filter(({ refusedCredentials }) => refusedCredentials);
  const locked = refused.length > 0 && (await isLocked(setup, worker));
  const leaks = findSecrets(setup);
  const sentElsewhere = worker.elsewhere.requestsOf(row.title);

  const problems = [
    ...leaked.map((token) => `token ${token.id} is alive: ${token.name}, until ${token.expires_at}`),
    ...left
      .filter(outlives)
      .map((token) => `token ${token.id} lives for too long, until ${token.expires_at}`),
    ...(await survivors(left, worker)).map((token) => `token ${token.id} is alive even after its expiry`),
    ...touched(setup, tokens).map((id) => `token ${id}, which is not the job's, was revoked`),
    ...(locked ? ["the account is locked"] : []),
    ...refusalProblems(row, refused),
    ...passwordProblems(requests),
    ...leaks.map((leak) => `a secret is shown: ${leak}`),
    ...(sentElsewhere > 0 ? [`${sentElsewhere} requests were sent elsewhere`] : []),
    ...(wasMet(row, steps, requests) ? [] : ["the fault was never met"]),
    ...stepProblems(row, steps),
  ];
  const leftToExpire = left.length - leaked.length;
  return { row, problems, leaked: leaked.length, leftToExpire, locked, leakedSecrets: leaks.length };
}

/** Where `revoke` is false the token that the job got stays, and no other. */
function isJobsFinalToken({ job }: Setup) {
  const final = job.results[0]?.outputs["token-id"];
  return (token: TokenReport) => token.id === final;
}

/** A kill that comes as post ends anyway excuses nothing. */
function endOf({ end }: Row, post: StepResult): End {
  return end === "gone by itself" && post.signal === null ? "all gone" : end;
}

function mayLive(token: TokenReport, end: End, post: StepResult): boolean {
  switch (end) {
    case "all gone":
      return false;
    case "gone by itself":
      return true;
    case "gone or reported":
      return post.annotations.some(({ message }) => names(message, token));
  }
}

/** A message about several tokens says when the last of them expires. */
function names(message: string, { id, name, expires_at }: TokenReport): boolean {
  const times = message.match(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g) ?? [];
  const saysWhen = times.some((time) => expires_at !== null && time >= expires_at);
  return (message.includes(id) || message.includes(`"${name}"`)) && saysWhen;
}

const pauseMsAtMost = 90_000;

const isHelper = ({ name }: TokenReport) => name.includes(" use=recovery ");

/** A token that lives for longer than was asked for, by the machine's clock or by the server's. */
function outlives(token: TokenReport): boolean {
  const longest = (isHelper(token) ? helperLifetimeMs : lifetimeMs) + pauseMsAtMost + 60_000;
  return token.expires_at === null || Date.parse(token.expires_at) > Date.now() + longest;
}

/** Moves the server's clock past every expiry. */
async function survivors(left: TokenReport[], { emulator }: Worker): Promise<TokenReport[]> {
  if (left.length === 0) return [];
  const last = Math.max(...left.map(({ expires_at }) => Date.parse(expires_at ?? "")));
  if (Number.isNaN(last)) return left;
  await emulator.settings({ clockOffsetMs: last - Date.now() + 1_000 });
  const alive = await emulator.liveTokens(left[0]?.user_id);
  return left.filter(({ id }) => alive.some((token) => token.id === id));
}

function touched({ others }: Setup, tokens: TokenReport[]): string[] {
  const alive = new Set(tokens.filter(({ state }) => state === "live").map(({ id }) => id));
  return others.filter((id) => !alive.has(id));
}

/** Whether the right password is refused now, when nothing stands in its way. */
async function isLocked({ user: { username, password } }: Setup, { emulator }: Worker): Promise<boolean> {
  await emulator.clearFaults();
  const { status, text } = await ask(emulator, "POST", "/tokens", { form: { username, password } });
  return status === 400 && text.includes("account_locked");
}

/** Credentials that were refused are never sent again; only where that answer was lost nobody can know. */
function refusalProblems(row: Row, refused: JournalEntry[]): string[] {
  if (!row.circumstances.includes("wrong password")) {
    return refused.length > 0 ? [`${refused.length} requests had wrong credentials`] : [];
  }
  const heard = refused.filter(({ status }) => status === 400);
  return [
    ...(heard.length > 1
      ? [`${heard.length} requests were sent with credentials that had been refused`]
      : []),
    ...(heard[0] && heard[0] !== refused.at(-1)
      ? ["credentials were sent again after they were refused"]
      : []),
    ...(row.incident.kind === "none" && refused.length !== 1
      ? [`${refused.length} refusals instead of one`]
      : []),
  ];
}

const mostPasswordSends = 4;

/** Until one was accepted, and the step heard of it, no more than four requests carry the password. */
function passwordProblems(requests: JournalEntry[]): string[] {
  const signIns = requests.filter(({ credential }) => credential === "form" || credential === "basic");
  const accepted = signIns.findIndex(({ status }) => status !== null && status < 300);
  const before = accepted === -1 ? signIns.length : accepted;
  return before > mostPasswordSends ? [`the password was sent ${before} times before it was accepted`] : [];
}

/** The helper's token, which no test sees, is known from the action's own masks. */
function findSecrets({ job, secrets }: Setup): string[] {
  const masks = job.results.flatMap((result) => result.masks).filter((mask) => accessToken.test(mask));
  const known = job
    .leaks([...new Set([...secrets, ...masks])])
    .map(({ form, where, text }) => `${form}, ${where}: ${text}`);
  return [...known, ...job.results.flatMap(unmasked)];
}

const accessToken = /^[\w-]{32}$/;

/** What looks like a token, in what was printed or is shown. */
function unmasked({ stage, stdout, stderr, log, summary }: StepResult): string[] {
  const printed = stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
  return [...printed, stderr, log, summary].flatMap((text) =>
    (text.match(/(?<![\w-])[\w-]{32}(?![\w-])/g) ?? []).map((found) => `${found}, in what ${stage} printed`),
  );
}

/** A row whose fault or signal met nothing would prove nothing. */
function wasMet({ incident }: Row, steps: Steps, requests: JournalEntry[]): boolean {
  if (incident.kind !== "fault" || incident.trouble.fault === "refused") return true;
  const { stage, match } = incident.target;
  const met = requests.filter(
    (entry) => entry.n > steps[stage].since && entry.method === match.method && namesPath(match.path, entry),
  );
  return met.length > (match.skip ?? 0);
}

function stepProblems(row: Row, { main, post }: Steps): string[] {
  const said = [main.step, post.step].flatMap(({ annotations }) => annotations.map(({ message }) => message));
  return [
    ...said.filter((message) => /unexpected/i.test(message)),
    ...[main.step, post.step].flatMap(({ unknownCommands }) => unknownCommands),
    ...mainProblems(row, main),
    ...postProblems(row, post),
  ];
}

function mainProblems(row: Row, { step }: Played): string[] {
  const { conclusion, annotations, log } = step;
  const complaints = annotations.filter(isComplaint);
  return [
    ...(row.main !== "may fail" && (conclusion === "success") !== (row.main === "succeeds")
      ? [`main: ${conclusion}\n${log}`]
      : []),
    ...(conclusion === "success" && complaints.length > 0 ? [`main complains, and succeeds\n${log}`] : []),
    ...(conclusion === "failure" && step.signal === null && annotations.length === 0
      ? [`main fails without a word\n${log}`]
      : []),
    ...(wasHeld(row, "main") && !said(step, /interrupted/i) && step.signal === null
      ? [`main did not stop for its signal\n${log}`]
      : []),
  ];
}

/** A notice says what a person can mend for the next job, such as the machine's clock: of this one it says no ill. */
function isComplaint({ level }: Annotation): boolean {
  return level !== "notice";
}

function postProblems(row: Row, { step }: Played): string[] {
  const { conclusion, signal, annotations, log } = step;
  const end = endOf(row, step);
  if (end === "gone by itself") return [];
  return [
    ...(conclusion === "success" || metTheExit(row, step) ? [] : [`post: ${conclusion}, ${signal}\n${log}`]),
    ...(end === "all gone" && annotations.some(isComplaint) ? [`post complains\n${log}`] : []),
  ];
}

/** Whether the row's signal came while a request of that step was held, so that nothing else can have ended it. */
function wasHeld({ incident }: Row, stage: Stage): boolean {
  return incident.kind === "signal" && incident.target.stage === stage && incident.moment.hold !== undefined;
}

function said({ annotations }: StepResult, words: RegExp): boolean {
  return annotations.some(({ message }) => words.test(message));
}

/** A signal that nothing holds the step for can come when all is done and Node no longer listens; if it came earlier, tokens show that. */
function metTheExit({ incident }: Row, { signal }: StepResult): boolean {
  const held = incident.kind === "signal" && incident.moment.hold !== undefined;
  return signal !== null && !held;
}
