import { resolve } from "node:path";
import { type AddedUser, type Emulator, startEmulator, type UserToAdd } from "./emulator.ts";
import { requestLine } from "./request-line.ts";
import { slowness } from "./runner/slowness.ts";
import { wrongCommands } from "./runner/workflow-commands.ts";
import { type Job, type JobOptions, type StepOptions, type StepResult, startJob } from "./runner.ts";

/** Who a job's credentials are, and which services there are. */
export type User = Pick<AddedUser, "userId" | "username" | "password" | "services" | "totpSecret">;

export type ActionJobOptions = JobOptions & { user?: User };

export type ActionJob = Job & {
  user: User;
  /** What was asked of the emulator since the job began, as `POST /tokens 200`; `-` where no complete response left. */
  requests(): Promise<string[]>;
  /** How many of the user's tokens live. */
  alive(): Promise<number>;
};

export type Action = {
  readonly emulator: Emulator;
  /** A user of a customer of their own, so that no other test's tokens and limits matter. */
  user(user?: UserToAdd): Promise<User>;
  /** A job that asks for a token to purge the user's first service. */
  job(options?: ActionJobOptions): Promise<ActionJob>;
  main(options?: ActionJobOptions): Promise<StepResult & { job: ActionJob }>;
};

/**
 * Gives a test file an emulator, and jobs that use the action against it. Whatever a job was for, once its test is
 * over no secret of it may stand in what it showed, and no command that the runner has long disabled.
 */
export function useAction(): Action {
  const jobs: ActionJob[] = [];
  let emulator: Emulator | undefined;

  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterEach(async () => {
    const ended = jobs.splice(0);
    for (const job of ended) await job.end();
    await running().clearFaults();
    for (const job of ended) expectNothingShown(job);
  });
  afterAll(() => running().stop());

  function running(): Emulator {
    if (!emulator) throw new Error("The emulator runs only while tests do.");
    return emulator;
  }

  async function user(added: UserToAdd = {}): Promise<User> {
    return running().addUser({ customer: "new", ...added });
  }

  async function job(options: ActionJobOptions = {}): Promise<ActionJob> {
    const owner = options.user ?? (await user());
    const before = await running().lastRequest();
    const started = await startJob({
      ...options,
      inputs: { ...inputsOf(owner, running()), ...options.inputs },
    });
    const own: ActionJob = Object.assign(started, {
      user: owner,
      alive: async () => (await running().liveTokens(owner.userId)).length,
      requests: async () => (await running().requests(before)).map(requestLine),
    });
    jobs.push(own);
    return own;
  }

  async function main(options?: ActionJobOptions) {
    const own = await job(options);
    return { ...(await own.run("main")), job: own };
  }

  return {
    get emulator() {
      return running();
    },
    user,
    job,
    main,
  };
}

function inputsOf({ username, password, services, totpSecret }: User, { url }: Emulator) {
  return {
    username,
    password,
    scope: "purge_all",
    services: services[0] ?? "",
    "api-url": url,
    ...(totpSecret === undefined ? {} : { "totp-secret": totpSecret }),
  };
}

function expectNothingShown(job: ActionJob): void {
  expect(job.leaks(secretsOf(job))).toEqual([]);
  for (const { commands, unknownCommands } of job.results) {
    expect(unknownCommands).toEqual([]);
    expect(wrongCommands(commands)).toEqual([]);
  }
}

function secretsOf(job: ActionJob): string[] {
  const { password, totpSecret } = job.user;
  return [password, ...(totpSecret === undefined ? [] : [totpSecret]), ...tokensOf(job)];
}

/** Every token that the job ever had in its state or its outputs. */
export function tokensOf(job: Job): string[] {
  const saved = job.results.flatMap(({ state }) => [
    ...(state.journal ?? "").matchAll(/"accessToken":"([^"]+)"/g),
  ]);
  const given = job.results.map(({ outputs }) => outputs.token);
  return [...new Set([...saved.map(([, token]) => token), ...given])].filter((token) => token !== undefined);
}

/** The environment of a step whose machine's clock is ahead by so many milliseconds. */
export function machineClock(offsetMs: number): Record<string, string> {
  return { ...preload("machine-clock.cjs"), MACHINE_CLOCK_OFFSET_MS: String(offsetMs) };
}

/** The environment of a step that writes down in a file in which order it prints, saves and connects. */
export function recordOrder(path: string): Record<string, string> {
  return { ...preload("record-order.cjs"), RECORD_ORDER_IN: path };
}

/** The environment of a step whose runner does not set these variables, whatever the harness does. */
export function without(...names: string[]): StepOptions {
  const code = names.map((name) => `delete process.env.${name}`).join(";");
  return { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` } };
}

/**
 * The environment of a step in which no timer of so many milliseconds or more ever fires: something else must end it.
 * They are longer where its time-out is.
 */
export function withoutTimersFrom(ms: number): Record<string, string> {
  const code = `const { setTimeout } = globalThis;
globalThis.setTimeout = (work, after, ...rest) => setTimeout(work, after >= ${ms * slowness()} ? 2 ** 31 - 1 : after, ...rest);`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

function preload(name: string): Record<string, string> {
  return { NODE_OPTIONS: `--require=${resolve("test/support/action", name)}` };
}

/** The text of a step's errors, warnings or notices. */
export function messagesOf(step: StepResult, level: "error" | "notice" | "warning"): string[] {
  return step.annotations.filter((annotation) => annotation.level === level).map(({ message }) => message);
}

/** The answer to a create as the API gives it, for a token that the emulator knows as well, and can revoke. */
export async function answerOf(emulator: Emulator, user: User, changes: Record<string, unknown> = {}) {
  const now = Date.now();
  const expiry = new Date(now + 3_600_000);
  const [added] = await emulator.addTokens([
    {
      user: user.userId,
      scope: "purge_all",
      services: [...user.services.slice(0, 1)],
      expires_at: second(expiry),
    },
  ]);
  const { id, access_token } = added ?? { id: "", access_token: "" };
  return {
    id,
    access_token,
    name: "as asked",
    user_id: user.userId,
    customer_id: "customer1",
    scope: "purge_all",
    services: user.services.slice(0, 1),
    service_id: user.services[0] ?? null,
    created_at: second(new Date(now)),
    updated_at: second(new Date(now)),
    expires_at: second(expiry),
    ...changes,
  };
}

/** A time as the API writes it. */
export function second(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
