import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ServiceReport } from "../../emulator/control/services.ts";
import type { AddedToken, TokenReport, TokensReport, TokenToAdd } from "../../emulator/control/tokens.ts";
import type { AddedUser, UserToAdd } from "../../emulator/control/users.ts";
import type { Fault, FaultRule } from "../../emulator/faults/fault.ts";
import type { StartLine } from "../../emulator/main.ts";
import type { UserChanges } from "../../emulator/world/accounts.ts";
import type { JournalEntry, Phase } from "../../emulator/world/journal.ts";
import type { Settings } from "../../emulator/world/settings.ts";
import { serverProgram } from "./server-program.ts";

export type { Edit, Fault, FaultRule, ForeignResponse } from "../../emulator/faults/fault.ts";
export type { JournalEntry } from "../../emulator/world/journal.ts";
export type { AddedToken, AddedUser, Settings, StartLine, TokenReport, TokenToAdd, UserToAdd };

export type RequestQuery = {
  method?: string;
  /** A path, or a route's pattern such as `/tokens/:id`. */
  path?: string;
  /** `received` by default. */
  phase?: Phase;
  /** Only requests whose `n` is greater. */
  after?: number;
  /** 10 000 by default. */
  timeoutMs?: number;
};

export type InjectOptions = {
  times?: FaultRule["times"];
  /** So many requests pass first. */
  skip?: number;
};

export type Emulator = StartLine & {
  readonly pid: number;
  /** Makes requests that match meet a fault. Rules add up; the oldest that applies wins. */
  fault(rule: FaultRule): Promise<void>;
  /**
   * The same for requests such as `POST /tokens`: the next one, or so many, after some that pass. `faults.ts` makes
   * the faults.
   */
  inject(request: `${string} ${string}`, fault: Fault, options?: InjectOptions): Promise<void>;
  clearFaults(): Promise<void>;
  /** Every request so far, or after number `after`, control requests aside. */
  requests(after?: number): Promise<JournalEntry[]>;
  /** The number of the last request so far; 0 where none has come. */
  lastRequest(): Promise<number>;
  /** The first request that is, or comes to be, at that phase. Rejects if none does in time. */
  nextRequest(query: RequestQuery): Promise<JournalEntry>;
  /** Every token there ever was, of one user or of all, with its state. */
  tokens(userId?: string): Promise<TokenReport[]>;
  /** The live ones, of one user or of all. */
  liveTokens(userId?: string): Promise<TokenReport[]>;
  /** The most live tokens that each user, by ID, ever had at once. */
  peakLive(): Promise<Record<string, number>>;
  addTokens(tokens: TokenToAdd[]): Promise<AddedToken[]>;
  addUser(user?: UserToAdd): Promise<AddedUser>;
  /** Gives a user another password or a hurdle, locks the account or unlocks it. */
  changeUser(userId: string, changes: UserChanges): Promise<void>;
  /** What was deployed where: services that were looked at, with their versions and packages. */
  deployments(): Promise<ServiceReport[]>;
  /** Changes the settings given, and resolves to all of them. */
  settings(changes: Partial<Settings>): Promise<Settings>;
  /** Ends the process; resolves once it is gone. */
  stop(): Promise<void>;
};

/** Long enough on any machine: only a test that would wait for ever ends here. */
const longestWaitMs = 120_000;

/** Starts an emulator of its own for a test. Run from the project's root. */
export async function startEmulator(options: { host?: "127.0.0.1" | "::1" } = {}): Promise<Emulator> {
  const args = [serverProgram("fastly"), "--port", "0", "--json", "--host", options.host ?? "127.0.0.1"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout);
  const [line] = await Promise.race([
    once(lines, "line") as Promise<[string]>,
    exited.then(([code]) => {
      throw new Error(`the emulator ended with ${code} before it was ready`);
    }),
  ]);
  const start = JSON.parse(line) as StartLine;
  const control = controlOf(start.url);

  return {
    ...start,
    pid: child.pid ?? 0,
    fault: (rule) => control("POST", "/faults", rule),
    inject: (request, fault, { times = 1, skip = 0 } = {}) => {
      const [method = "", path = ""] = request.split(" ");
      return control("POST", "/faults", { match: { method, path, skip }, times, fault });
    },
    clearFaults: () => control("DELETE", "/faults"),
    requests: (after = 0) => control("GET", `/requests?${queryString({ after })}`),
    lastRequest: async () => (await control<{ n: number }>("GET", "/requests/last")).n,
    nextRequest: (query) =>
      control("GET", `/requests/next?${queryString({ timeoutMs: longestWaitMs, ...query })}`),
    tokens: async (userId) => (await tokensReport(userId)).tokens,
    liveTokens: async (userId) => (await tokensReport(userId)).tokens.filter(({ state }) => state === "live"),
    peakLive: async () => (await tokensReport()).peakLive,
    addTokens: (tokens) => control("POST", "/tokens", tokens),
    addUser: (user = {}) => control("POST", "/users", user),
    changeUser: (userId, changes) => control("PATCH", `/users/${userId}`, changes),
    deployments: () => control("GET", "/services"),
    settings: (changes) => control("PATCH", "/settings", changes),
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };

  function tokensReport(user?: string): Promise<TokensReport> {
    return control("GET", user === undefined ? "/tokens" : `/tokens?${queryString({ user })}`);
  }
}

function queryString(query: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return parameters.toString();
}

/** The emulator's side door for tests: what it answers is typed where it is made, in `emulator/control/`. */
function controlOf(url: string) {
  return async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/_emulator${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`emulator control ${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  };
}
