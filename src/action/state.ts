import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import * as core from "@actions/core";
import type { Token } from "../fastly/index.ts";
import { isObject } from "../text/json-object.ts";
import { emptyJournal, type Journal, parseJournal } from "../token/journal.ts";
import { byThisClock, isMoment, type Moment, thisMoment } from "./clock-set.ts";
import { couldBeSecret, type ExportedVariable, isExported } from "./exported-variables.ts";
import { clock } from "./fastly.ts";
import type { BrokerRoute } from "./inputs/broker.ts";
import type { GivenCredentials } from "./inputs/credentials.ts";
import { environment } from "./inputs/environment.ts";
import { type ApiAddress, hideProxy, parseApiUrl, parseProxy } from "./inputs/network.ts";
import { isSettings, type Settings } from "./inputs/settings.ts";
import { hide } from "./log.ts";
import { saveState } from "./runner-files.ts";

/*
 * What main leaves for post in the runner's state file, which survives main even when it is killed. It is all that
 * post goes by: within composite actions the runner gives post the inputs of a parent, or none, and any step may
 * change the environment in between.
 */

const key = "journal";

/** What main saves first, before it judges its inputs. */
export interface Contract {
  step: StepIdentity;
  settings: Settings;
  /** Where tokens are asked for, and by which way; null where the inputs did not say, so that nothing was sent. */
  api: { apiUrl: string; proxy: string | null } | null;
  /** The broker that is asked in place of Fastly; null without one. */
  broker: BrokerRoute | null;
}

/** Which step of which job wrote a state. */
interface StepIdentity {
  runId: string;
  runAttempt: string;
  job: string;
  action: string;
}

/** The whole of it. */
interface SavedState extends Contract {
  /** When it was first saved. */
  since: Moment;
  salt: string;
  /** Tells whoever has main's credentials whether the contract is main's too; masked. */
  fingerprint: string;
  /** Tells whoever has credentials whether main used them; masked. */
  credentialsPrint: string;
  exported: readonly ExportedVariable[];
  journal: Journal;
  /** What the job got; missing until it has it. */
  granted?: Granted;
}

const mostServices = 100;

/** What post's summary says of the job's token. */
export interface Granted {
  id: string;
  scope: string;
  /** The first of them: the whole of the state has to fit into one environment variable. */
  services: readonly string[];
  serviceCount: number;
  /** In milliseconds since 1970 by the machine's clock. */
  at: number;
}

/** Keeps what main leaves for post; each change is on disk before anything else happens. */
export interface StateKeeper {
  saveJournal(journal: Journal): void;
  /** Writes down what variables held before they received the token. */
  saveExported(exported: readonly ExportedVariable[]): void;
  saveGranted(token: Token): void;
}

/** Saves the contract, and keeps what follows. */
export function keepState(
  settings: Settings,
  address: ApiAddress | undefined,
  credentials: GivenCredentials,
  broker: BrokerRoute | null,
): StateKeeper {
  const api = address ? { apiUrl: address.apiUrl, proxy: address.proxy ?? null } : null;
  const contract: Contract = { step: thisStep(), settings, api, broker };
  // Of another length than a token, so that nobody who looks for tokens in a debug log finds this.
  const salt = randomBytes(20).toString("hex");
  const prints = printsOf(credentials, salt, contract);
  for (const print of Object.values(prints)) hide(print);
  let state: SavedState = {
    ...contract,
    since: thisMoment(),
    salt,
    ...prints,
    exported: [],
    journal: emptyJournal,
  };
  save({});

  function save(changes: Partial<SavedState>): void {
    state = { ...state, ...changes };
    saveState(key, state);
  }

  return {
    saveJournal: (changed) => save({ journal: changed }),
    saveExported: (exported) => save({ exported }),
    saveGranted: ({ id, scope, services }) => {
      const shown = services.slice(0, mostServices);
      save({ granted: { id, scope, services: shown, serviceCount: services.length, at: clock.now() } });
    },
  };
}

function thisStep(): StepIdentity {
  return {
    runId: environment("GITHUB_RUN_ID"),
    runAttempt: environment("GITHUB_RUN_ATTEMPT"),
    job: environment("GITHUB_JOB"),
    // Within a composite action the runner puts a scope before the step's name, in post another one than in main.
    action: environment("GITHUB_ACTION").replace(/^.*\./, ""),
  };
}

function printsOf(
  { username, password, totpSecret }: GivenCredentials,
  salt: string,
  contract: Contract,
): Pick<SavedState, "fingerprint" | "credentialsPrint"> {
  const { step, settings, api, broker } = contract;
  const secret = createHmac("sha256", salt)
    .update(JSON.stringify([username, password, totpSecret]))
    .digest();
  const print = (of: unknown) => createHmac("sha256", secret).update(JSON.stringify(of)).digest("hex");
  return { fingerprint: print([step, settings, api, broker]), credentialsPrint: print("credentials") };
}

/** What post reads of it. */
export interface PostState {
  settings: Settings;
  api: ApiAddress;
  broker: BrokerRoute | null;
  exported: readonly ExportedVariable[];
  journal: Journal;
  granted: Granted | undefined;
  /** Whether credentials may be sent: only those that main used, and only by what main saved. */
  judge(credentials: GivenCredentials): "mains" | "others" | "changed-state";
}

export type ReadState =
  | { kind: "none" }
  /** Main asked for no token. */
  | { kind: "nothing-asked" }
  | { kind: "unusable"; why: "unreadable" | "another-step" }
  | { kind: "saved"; state: PostState };

/** Reads what main left. Anything that this step's main would not have written is ignored. */
export function readState(): ReadState {
  const text = core.getState(key);
  if (text === "") return { kind: "none" };
  const state = parseState(text);
  if (!state) return { kind: "unusable", why: "unreadable" };
  if (JSON.stringify(state.step) !== JSON.stringify(thisStep()))
    return { kind: "unusable", why: "another-step" };
  if (state.journal.attempts.length === 0) return { kind: "nothing-asked" };
  const api = usableAddress(state);
  if (!api) return { kind: "unusable", why: "unreadable" };
  hideAll(state);
  const { settings, broker, exported, granted } = state;
  const journal = byThisClock(state.journal, state.since);
  const judge = (credentials: GivenCredentials) => {
    const prints = printsOf(credentials, state.salt, state);
    if (isSame(prints.fingerprint, state.fingerprint)) return "mains";
    return isSame(prints.credentialsPrint, state.credentialsPrint) ? "changed-state" : "others";
  };
  return { kind: "saved", state: { settings, api, broker, exported, journal, granted, judge } };
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** Tokens and credentials go where main could have sent them, and nowhere else. */
function usableAddress({ api }: SavedState): ApiAddress | undefined {
  if (!api) return undefined;
  const parsed = parseApiUrl(api.apiUrl);
  if (!parsed.ok || parsed.value !== api.apiUrl) return undefined;
  return { apiUrl: api.apiUrl, proxy: api.proxy ?? undefined };
}

/** This process prints as well, and main's masks apply only where the runner keeps them. */
function hideAll({ journal, exported, api, broker, fingerprint, credentialsPrint }: SavedState): void {
  for (const print of [fingerprint, credentialsPrint]) hide(print);
  for (const { status } of journal.attempts) if ("accessToken" in status) hide(status.accessToken);
  for (const { previous } of exported) if (previous !== null && couldBeSecret(previous)) hide(previous);
  for (const named of [api?.proxy, broker?.proxy, broker?.jwtProxy]) {
    const proxy = named ? parseProxy(named) : undefined;
    if (proxy) hideProxy(proxy);
  }
}

function parseState(text: string): SavedState | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isState(value) ? value : undefined;
  } catch {
    // Not what main wrote: the caller reports that, without quoting it.
    return undefined;
  }
}

function isState(value: unknown): value is SavedState {
  if (!isObject(value) || !isStep(value.step) || !isSettings(value.settings)) return false;
  if (!isMoment(value.since)) return false;
  if (![value.salt, value.fingerprint, value.credentialsPrint].every(isText)) return false;
  if (!Array.isArray(value.exported) || !value.exported.every(isExported)) return false;
  if (value.broker !== null && !isBroker(value.broker)) return false;
  if (value.granted !== undefined && !isGranted(value.granted)) return false;
  return (value.api === null || isApi(value.api)) && parseJournal(value.journal) !== undefined;
}

function isStep(value: unknown): value is StepIdentity {
  const parts = ["runId", "runAttempt", "job", "action"];
  return isObject(value) && parts.every((name) => isText(value[name]));
}

function isApi(value: unknown): value is NonNullable<Contract["api"]> {
  if (!isObject(value) || typeof value.apiUrl !== "string") return false;
  return value.proxy === null || (typeof value.proxy === "string" && parseProxy(value.proxy) !== undefined);
}

function isBroker(value: unknown): value is BrokerRoute {
  if (!isObject(value) || typeof value.url !== "string" || !parseApiUrl(value.url).ok) return false;
  if (typeof value.rule !== "string" || typeof value.audience !== "string") return false;
  return [value.proxy, value.jwtProxy].every(
    (proxy) => proxy === null || (typeof proxy === "string" && parseProxy(proxy) !== undefined),
  );
}

function isGranted(value: unknown): value is Granted {
  if (!isObject(value) || typeof value.id !== "string" || typeof value.scope !== "string") return false;
  if (typeof value.serviceCount !== "number") return false;
  return typeof value.at === "number" && Array.isArray(value.services) && value.services.every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
