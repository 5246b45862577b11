import {
  asFastlyError,
  type CreatedToken,
  createToken,
  type FastlyError,
  type FastlyErrorCode,
  isoTime,
  type MintingCredentials,
  requestSudo,
} from "../fastly/index.ts";
import { type Ending, endToken } from "./end-token.ts";
import { isInSudoMode, type MintState } from "./mint-state.ts";
import type { Minter, MintPorts } from "./minting.ts";
import type { Grant } from "./mismatch.ts";
import { formatTokenName, type TokenName } from "./token-name.ts";

/** How one request for a token ended. */
export type Try =
  | {
      kind: "created";
      name: string;
      token: CreatedToken;
      askedAt: number;
      expiresAt: Date;
    }
  | { kind: "odd-answer"; name: string; error: FastlyError; accessToken: string }
  | { kind: "error"; error: FastlyError };

/** Asks for a token once; the journal knows before and after. */
export async function tryOnce(
  family: Omit<TokenName, "serial">,
  grant: Grant,
  minter: Minter,
  state: MintState,
  ports: MintPorts,
): Promise<Try> {
  const { api, clock, journal, hide } = ports;
  const name = formatTokenName({ ...family, serial: state.serial });
  let accessToken: string | undefined;
  try {
    const credentials = await credentialsFor(minter, state, ports);
    const askedAt = clock.now();
    const expiresAt = new Date(Math.floor((askedAt + state.offsetMs) / 1000) * 1000 + grant.lifetimeMs);
    journal.intend(name, isoTime(expiresAt.getTime()));
    const order = { name, scopes: grant.scopes, services: grant.services, expiresAt };
    const token = await createToken(api, order, credentials, (received) => {
      hide(received);
      accessToken = received;
      journal.record(name, { kind: "made", accessToken: received });
    });
    journal.record(
      name,
      { kind: "made", accessToken: token.accessToken, id: token.id },
      token.expiresAt ?? "never",
    );
    return { kind: "created", name, token, askedAt, expiresAt };
  } catch (caught) {
    const error = asFastlyError(caught);
    if (accessToken !== undefined) return { kind: "odd-answer", name, error, accessToken };
    if (mayRefuseCredentials(error, minter)) journal.recordCredentials("refused");
    if (!error.mayHaveHappened) journal.record(name, { kind: "never-made" });
    return { kind: "error", error };
  }
}

/** Refusals of a request that carried a password, as long as they do not say that something else was wrong. */
function mayRefuseCredentials({ code, operation }: FastlyError, { apiKey }: Minter): boolean {
  const carriedPassword = apiKey === undefined || operation === "POST /sudo";
  return carriedPassword && credentialRefusals.has(code);
}

const credentialRefusals: ReadonlySet<FastlyErrorCode> = new Set([
  "refused-credentials",
  "account-locked",
  "missing-credentials",
  "bad-request",
  "unauthorized",
  "forbidden",
]);

/** With a key, sudo is asked first; later tries find the key in sudo mode still, until that is nearly over. */
async function credentialsFor(
  minter: Minter,
  state: MintState,
  ports: MintPorts,
): Promise<MintingCredentials> {
  const { username, password, apiKey } = minter;
  if (apiKey === undefined)
    return { kind: "password", username, password, otp: passcodeFor(minter, state, ports) };
  if (!isInSudoMode(state, ports.clock)) {
    await requestSudo(ports.api, apiKey, { username, password, otp: passcodeFor(minter, state, ports) });
    state.sudoSince = ports.clock.elapsed();
    ports.journal.recordCredentials("accepted");
  }
  return { kind: "key-in-sudo-mode", key: apiKey };
}

function passcodeFor({ passcodes }: Minter, state: MintState, ports: MintPorts): string | undefined {
  if (passcodes.kind === "none") return undefined;
  if (passcodes.kind === "typed") return passcodes.code;
  const now = ports.clock.now() + state.offsetMs;
  const code = passcodes.codeAt(now);
  ports.hide(code);
  state.lastPasscodeStep = Math.floor(now / passcodes.stepMs);
  return code;
}

export async function endTry(name: string, accessToken: string, ports: MintPorts): Promise<Ending> {
  const ending = await endToken(ports.api, accessToken);
  if (ending.kind === "revoked" || ending.kind === "already-gone")
    ports.journal.record(name, { kind: "ended" });
  return ending;
}
