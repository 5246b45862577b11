import {
  asFastlyError,
  type Clock,
  type CreatedToken,
  createToken,
  type FastlyError,
  type FastlyErrorCode,
  isoTime,
  type MintingCredentials,
  requestSudo,
} from "../fastly/index.ts";
import type { Credentials, MintPorts } from "./minting.ts";
import type { Grant } from "./mismatch.ts";
import { formatTokenName, type TokenName } from "./token-name.ts";

/** What has happened so far in one minting. */
export interface MintState {
  tries: number;
  /** The serial of the name to ask for next. */
  serial: number;
  lostResponses: number;
  /** How often a response could not be read, by its code and status. */
  unreadable: Map<string, number>;
  refusedOtps: number;
  lastOtpStep: number | undefined;
  /** When sudo was granted, by the clock's `elapsed`. */
  sudoSince: number | undefined;
  isInSudoMode(): boolean;
  /** How far the server's clock is ahead of the machine's, where that matters. */
  offsetMs: number;
  correctionsLeft: number;
}

/** Sudo mode lasts for five minutes (Fastly's page on sudo). */
const sudoMs = 4 * 60_000;

export function newMintState(clock: Clock, sudoSince: number | undefined): MintState {
  return {
    tries: 0,
    serial: 1,
    lostResponses: 0,
    unreadable: new Map(),
    refusedOtps: 0,
    lastOtpStep: undefined,
    sudoSince,
    isInSudoMode() {
      return this.sudoSince !== undefined && clock.elapsed() - this.sudoSince < sudoMs;
    },
    offsetMs: 0,
    correctionsLeft: 2,
  };
}

/** How one request for a token ended. */
export type Try =
  | { kind: "created"; name: string; token: CreatedToken; askedAt: number; expiresAt: Date }
  /** A token was created, and the rest of the response was rejected. */
  | { kind: "malformed"; name: string; error: FastlyError; accessToken: string }
  | { kind: "error"; error: FastlyError };

/** Asks for a token once; the journal knows before and after. */
export async function tryOnce(
  family: Omit<TokenName, "serial">,
  grant: Grant,
  credentials: Credentials,
  state: MintState,
  ports: MintPorts,
): Promise<Try> {
  const { api, journal, hide } = ports;
  const { clock } = api;
  const name = formatTokenName({ ...family, serial: state.serial });
  let accessToken: string | undefined;
  try {
    const auth = await authFor(credentials, state, ports);
    const askedAt = clock.now();
    const expiresAt = new Date(Math.floor((askedAt + state.offsetMs) / 1000) * 1000 + grant.lifetimeMs);
    journal.intend(name, askedAt, isoTime(expiresAt.getTime()));
    if (auth.kind === "password") journal.guard.sending();
    const order = { name, scopes: grant.scopes, services: grant.services, expiresAt };
    const token = await createToken(api, order, auth, (received) => {
      hide(received);
      accessToken = received;
      journal.record(name, { kind: "created", accessToken: received });
      journal.guard.accepted();
    });
    journal.record(name, { kind: "created", accessToken: token.accessToken, id: token.id }, token.expiresAt);
    return { kind: "created", name, token, askedAt, expiresAt };
  } catch (caught) {
    const error = asFastlyError(caught);
    if (accessToken !== undefined) return { kind: "malformed", name, error, accessToken };
    noteRefusal(error, credentials, ports);
    if (!error.mayHaveHappened) journal.record(name, { kind: "never-created" });
    return { kind: "error", error };
  }
}

/** What an error says of a request that carried the password. */
function noteRefusal(error: FastlyError, { apiKey }: Credentials, { journal }: MintPorts): void {
  const carriedPassword = apiKey === undefined || error.operation === "POST /sudo";
  if (!carriedPassword) return;
  if (credentialRefusals.has(error.code)) journal.guard.refused(error);
  else if (error.status === undefined && !error.mayHaveHappened) journal.guard.notSent();
}

/** Refusals of a request that carried a password, as long as they do not say that something else was wrong. */
const credentialRefusals: ReadonlySet<FastlyErrorCode> = new Set([
  "refused-credentials",
  "account-locked",
  "missing-credentials",
  "bad-request",
  "unauthorized",
  "forbidden",
]);

/** With a key, sudo is asked first; later tries find the key in sudo mode still, until that is nearly over. */
async function authFor(
  credentials: Credentials,
  state: MintState,
  ports: MintPorts,
): Promise<MintingCredentials> {
  const { username, password, apiKey } = credentials;
  if (apiKey === undefined)
    return { kind: "password", username, password, otp: await otpFor(credentials, state, ports) };
  if (!state.isInSudoMode()) {
    const otp = await otpFor(credentials, state, ports);
    ports.journal.guard.sending();
    await requestSudo(ports.api, apiKey, { username, password, otp });
    state.sudoSince = ports.api.clock.elapsed();
    ports.journal.guard.accepted();
  }
  return { kind: "key-in-sudo-mode", key: apiKey };
}

async function otpFor(
  { otpSource }: Credentials,
  state: MintState,
  ports: MintPorts,
): Promise<string | undefined> {
  if (otpSource.kind !== "computed") return undefined;
  const now = ports.api.clock.now() + state.offsetMs;
  const otp = await otpSource.otpAt(now);
  ports.hide(otp);
  state.lastOtpStep = Math.floor(now / otpSource.stepMs);
  return otp;
}
