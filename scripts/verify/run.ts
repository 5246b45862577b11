import { randomBytes } from "node:crypto";
import { isoTime, type Scope } from "../../src/fastly/index.ts";
import { findAccessToken } from "../../src/fastly/shapes.ts";
import { parseDate } from "../../src/http/retry-delay.ts";
import type { Signal } from "../../src/http/signal.ts";
import type { Transport } from "../../src/http/transport.ts";
import { isObject } from "../../src/text/json-object.ts";
import { type Attempt, keepJournal } from "../../src/token/journal.ts";
import type { OtpSource } from "../../src/token/otp.ts";
import { formatTokenName, nameKey, type TokenName, unknownRun } from "../../src/token/token-name.ts";
import { createMasks, type Masks } from "./masks.ts";
import { type Answer, type Ask, probe } from "./probe.ts";
import { NotChecked } from "./verdict.ts";

/** Whose account it is, and what may be used of it. */
export interface Account {
  apiUrl: string;
  username: string;
  password: string;
  otp: OtpSource;
  service: string | undefined;
  otherService: string | undefined;
}

/** What a token is asked for as. */
export interface Order {
  scope: Scope | string;
  services?: readonly string[];
  /** 15 minutes unless given. */
  lifetimeMs?: number;
  /** In place of a lifetime, as it is sent. */
  expiresAt?: string;
  label?: string;
}

export interface Made {
  name: string;
  id: string;
  key: string;
  askedAt: number;
}

/** One run of all checks: what it sends, and what it has created. */
export interface Run {
  readonly account: Account;
  /** How the names of its tokens begin, and those of no others. */
  readonly namePrefix: string;
  readonly masks: Masks;
  readonly signal: Signal;
  /** Every response so far. */
  readonly answers: readonly Answer[];
  readonly passwordSends: number;
  readonly attempts: readonly Attempt[];
  /** The token that the other requests are sent with, once there is one. */
  session: Made | undefined;
  /** How long Fastly takes to know a new token, as measured. */
  freshMs: number;
  /** Whether the session may create tokens. */
  isInSudoMode: boolean;
  ask(ask: Ask): Promise<Answer>;
  /** Sends the user's password with it. */
  askWithPassword(ask: Ask, otp: string | undefined): Promise<Answer>;
  /** What is sent for a token, once it is written down that it is asked for. */
  intend(order: Order): { name: string; askedAt: number; form: URLSearchParams };
  /** Writes down what a response to that says. */
  made(name: string, askedAt: number, answer: Answer): Made | undefined;
  /** Asks for a token with the session. */
  create(order: Order): Promise<{ answer: Answer; token: Made | undefined }>;
  /** The same where there is nothing to check without a token. */
  needToken(order: Order): Promise<Made>;
  /** A token revokes itself. */
  endSelf(token: Made): Promise<Answer>;
  /** Writes down that a response says that these tokens have ended. */
  ended(...tokens: Made[]): void;
  needSession(): Made;
  /** Fastly's time, as far as it is known. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Wrong passwords can lock an account: so many requests carry it in a run, whatever Fastly responds. */
const mostPasswordSends = 4;

/** Below it, a token is known as soon as the next request comes. */
const noticeableMs = 500;

const lifetimeMs = 15 * 60_000;

export interface RunPorts {
  transport: Transport;
  userAgent: string;
  signal: Signal;
  wait(ms: number): Promise<void>;
}

/** Long, because it is the list of what a check may do. */
export function createRun(account: Account, ports: RunPorts): Run {
  const masks = createMasks();
  const answers: Answer[] = [];
  let attempts: readonly Attempt[] = [];
  const journal = keepJournal((saved) => {
    attempts = saved.attempts;
  });
  const nonce = randomBytes(10).toString("hex");
  const prefix = new URL(account.apiUrl).pathname.replace(/\/+$/, "");
  let serial = 0;
  let passwordSends = 0;
  let offsetMs = 0;
  const run: Run = {
    account,
    namePrefix: nameKey({ nonce, serial: 0 }).replace(/\.0$/, ""),
    masks,
    signal: ports.signal,
    answers,
    session: undefined,
    freshMs: 0,
    isInSudoMode: false,
    get passwordSends() {
      return passwordSends;
    },
    get attempts() {
      return attempts;
    },
    ask: async (ask) => {
      const secrets = [account.password, account.username, ...(ask.otp === undefined ? [] : [ask.otp])];
      const answer = await probe(ask, { ...ports, prefix, secrets });
      answers.push(answer);
      offsetMs = (parseDate(answer.headers.date) ?? Date.now()) - Date.now();
      // What a create leaves is written down first, by `made`.
      if (answer.operation !== "POST /tokens") refuseOutage(answer);
      return answer;
    },
    askWithPassword: (ask, otp) => {
      if (passwordSends >= mostPasswordSends) throw new NotChecked("the password was sent often enough");
      passwordSends++;
      const form = new URLSearchParams(ask.form);
      form.set("username", account.username);
      form.set("password", account.password);
      return run.ask({ ...ask, form, ...(otp === undefined ? {} : { otp }) });
    },
    intend: (order) => {
      const name = formatTokenName(nameOf(nonce, ++serial, order.label ?? ""));
      const askedAt = Date.now();
      const expiresAt = order.expiresAt ?? isoTime(run.now() + (order.lifetimeMs ?? lifetimeMs));
      journal.intend(name, askedAt, expiresAt);
      return { name, askedAt, form: formOf(name, order, expiresAt) };
    },
    made: (name, askedAt, answer) => {
      const key = findAccessToken(answer.body);
      if (key === undefined) {
        if (answer.error?.mayHaveHappened === false) journal.record(name, { kind: "never-created" });
        refuseOutage(answer);
        return undefined;
      }
      masks.add(key, "token");
      const fields = isObject(answer.json) ? answer.json : {};
      masks.add(fields.user_id, "user ID");
      masks.add(fields.customer_id, "customer ID");
      masks.add(fields.id, "token ID");
      const id = typeof fields.id === "string" ? fields.id : "";
      const expiresAt = typeof fields.expires_at === "string" ? fields.expires_at : null;
      journal.record(name, { kind: "created", accessToken: key, ...(id === "" ? {} : { id }) }, expiresAt);
      return { name, id, key, askedAt };
    },
    create: async (order) => {
      const { key } = run.needSession();
      if (!run.isInSudoMode) throw new NotChecked("Fastly did not let the key create tokens (sudo mode)");
      const { name, askedAt, form } = run.intend(order);
      const answer = await run.ask({ method: "POST", path: "/tokens", key, form });
      const token = run.made(name, askedAt, answer);
      // What is late for each new token is one finding, and must not disturb the others.
      if (token && run.freshMs > noticeableMs) await run.wait(run.freshMs);
      return { answer, token };
    },
    needToken: async (order) => {
      const { answer, token } = await run.create(order);
      if (token) return token;
      throw new NotChecked(`a token for it was refused (${answer.saw})`);
    },
    endSelf: async (token) => {
      const answer = await run.ask({ method: "DELETE", path: "/tokens/self", key: token.key });
      if (answer.status === 204) run.ended(token);
      return answer;
    },
    ended: (...tokens) => {
      for (const { name } of tokens) journal.record(name, { kind: "ended" });
    },
    needSession: () => {
      if (run.session) return run.session;
      throw new NotChecked("there was no token to ask with");
    },
    now: () => Date.now() + offsetMs,
    wait: ports.wait,
  };
  masks.add(account.password, "password");
  masks.add(account.username, "username");
  masks.add(account.service, "service ID");
  masks.add(account.otherService, "service ID");
  return run;
}

/** An outage, or a used-up limit, says nothing about what Fastly does otherwise. */
function refuseOutage({ operation, status, saw }: Answer): void {
  if (status >= 500 || status === 429) throw new NotChecked(`${operation} was not served: ${saw}`);
}

function nameOf(nonce: string, serial: number, label: string): TokenName {
  return { ...unknownRun, runAttempt: "1", job: "verify", use: "job", nonce, serial, label };
}

function formOf(name: string, { scope, services = [] }: Order, expiresAt: string): URLSearchParams {
  const form = new URLSearchParams({ name, scope, expires_at: expiresAt });
  for (const service of services) form.append("services[]", service);
  return form;
}
