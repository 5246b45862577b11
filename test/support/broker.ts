import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stringify } from "yaml";
import { serverProgram } from "./server-program.ts";

/** An audit line, as far as tests look at it. */
export type AuditLine = Readonly<Record<string, string | number>>;

export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test states what it expects of an answer
  body: any;
};

/** A broker, whatever runs it. */
export type BrokerHost = {
  readonly url: string;
  readonly pid: number;
  /** Sends a form. */
  post(path: string, fields: Record<string, string>): Promise<Answer>;
  request(path: string, init?: RequestInit): Promise<Answer>;
  audit(): AuditLine[];
  /** All that was written so far, on either stream. */
  output(): string;
  /** Ends it and returns its exit code. */
  stop(): Promise<number | null>;
};

export type RunningBroker = BrokerHost & {
  readonly configFile: string;
  /** The first audit line that matches, from the start or still to come. */
  nextAudit(matches: (line: AuditLine) => boolean): Promise<AuditLine>;
  /** Writes another configuration, and has it read. */
  reload(config: unknown): Promise<AuditLine>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Nobody reads its audit any more. */
  breakAudit(): void;
  /** Nobody reads its standard error any more. */
  breakErrors(): void;
};

/** What a broker is given of this process's environment. */
export function serverEnv(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}

/** Starts a broker as a process of its own. Run from the project's root. */
export async function startBroker(
  config: unknown,
  {
    env = {},
    args = [],
    program = [serverProgram("broker")],
  }: { env?: Record<string, string>; args?: string[]; program?: string[] } = {},
): Promise<RunningBroker> {
  const directory = await mkdtemp(join(tmpdir(), "broker-"));
  const configFile = join(directory, "broker.yaml");
  await writeFile(configFile, textOf(config));
  const child = spawn(
    process.execPath,
    [...program, "--config", configFile, "--port", "0", "--json", ...args],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...serverEnv(), ...env } },
  );
  const output: string[] = [];
  const lines: AuditLine[] = [];
  const waiting = new Set<(line: AuditLine) => void>();
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  const stdout = createInterface(child.stdout);
  const exited = once(child, "exit") as Promise<[number | null]>;
  const started = once(stdout, "line") as Promise<[string]>;
  stdout.on("line", (line) => {
    output.push(`${line}\n`);
    if (!line.startsWith("{")) return;
    const parsed = JSON.parse(line) as AuditLine;
    if (parsed.url !== undefined && parsed.event === undefined) return;
    lines.push(parsed);
    for (const look of waiting) look(parsed);
  });
  const [line] = await Promise.race([
    started,
    exited.then(([code]) => {
      throw new Error(`the broker ended with ${code} before it was ready: ${output.join("")}`);
    }),
  ]);
  const { url } = JSON.parse(line) as { url: string };

  function nextAudit(matches: (line: AuditLine) => boolean): Promise<AuditLine> {
    const known = lines.find(matches);
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => {
      const look = (line: AuditLine) => {
        if (!matches(line)) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
    });
  }

  async function kill(signal: NodeJS.Signals): Promise<number | null> {
    child.kill(signal);
    const [code] = await exited;
    await rm(directory, { recursive: true, force: true });
    return code;
  }

  return {
    ...hostOver(url),
    pid: pidOf(child),
    configFile,
    audit: () => lines,
    nextAudit,
    reload: async (changed) => {
      await writeFile(configFile, textOf(changed));
      const before = lines.filter(({ event }) => event === "reload").length;
      child.kill("SIGHUP");
      return nextAudit((line) => lines.filter(({ event }) => event === "reload").indexOf(line) >= before);
    },
    output: () => output.join(""),
    kill,
    breakAudit: () => child.stdout.destroy(),
    breakErrors: () => child.stderr.destroy(),
    stop: () => kill("SIGTERM"),
  };
}

/** Requests to whatever listens at a URL. */
export function hostOver(url: string): Pick<BrokerHost, "url" | "request" | "post"> {
  async function request(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }

  return {
    url,
    request,
    post: (path, fields) => request(path, { method: "POST", body: new URLSearchParams(fields) }),
  };
}

function pidOf({ pid = 0 }: ChildProcess): number {
  return pid;
}

function textOf(config: unknown): string {
  return typeof config === "string" ? config : stringify(config, { aliasDuplicateObjects: false });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
