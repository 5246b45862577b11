import {
  asFastlyError,
  type CreatedToken,
  deadlineIn,
  type FastlyError,
  requestSudo,
} from "../../fastly/index.ts";
import { keepJournal } from "../../token/journal.ts";
import { mintToken } from "../../token/mint-token.ts";
import type { Grant } from "../../token/mismatch.ts";
import { revokeSelf } from "../../token/revoke-self.ts";
import type { TokenName } from "../../token/token-name.ts";
import { isLeft, type NotMinted } from "../../token/token-status.ts";
import type { Store } from "../store/store.ts";
import type { UnderWay } from "./background.ts";
import {
  type FastlyUser,
  hasTwoFactor,
  isOut,
  isResting,
  restWhereSpent,
  type UserPorts,
} from "./fastly-user.ts";
import { claimOtpSteps, type OtpClaim } from "./otp-steps.ts";
import type { SessionKeyNames } from "./session-key-names.ts";

/** A short-lived key of one user, with which the broker lists and ends tokens, and mints where a password alone cannot. */
export interface SessionKey {
  readonly id: string;
  readonly accessToken: string;
  /** When sudo mode began, by the clock's `elapsed`; undefined outside of it. */
  readonly sudoSince: number | undefined;
}

export type SessionResult =
  | { kind: "key"; key: SessionKey }
  /** The user's credentials were refused, now or before. */
  | { kind: "out" }
  | { kind: "failed"; error: FastlyError | undefined };

export interface SessionKeys {
  /** A key that is good for some minutes; all who ask at once share one. */
  key(): Promise<SessionResult>;
  /** A key that is in sudo mode and stays so for a while. */
  keyInSudoMode(): Promise<SessionResult>;
  /** The same, where there is one already. */
  keyInSudoModeNow(): SessionKey | undefined;
  /** Called where Fastly did not accept the key, or not its sudo mode: it is not used again. */
  reject(key: SessionKey): void;
  otpNow(): Promise<OtpClaim>;
  /** Ends the key, where it was not used for a while. */
  endIfIdle(): Promise<void>;
  end(): Promise<void>;
}

const grant: Grant = { scopes: ["global"], services: [], lifetimeMs: 10 * 60_000 };

/** A key is replaced while there is time to work with it still. */
const usedForMs = 8 * 60_000;
/** Sudo mode lasts for five minutes (Fastly's page on sudo). */
const sudoMs = 3.5 * 60_000;
const mintMs = 50_000;
const endMs = 10_000;
const idleMs = { password: 20_000, twoFactor: 5 * 60_000 };

interface Session {
  token: CreatedToken;
  name: Pick<TokenName, "nonce">;
  madeAt: number;
  sudoSince: number | undefined;
}

/** Long, because its functions share one session. */
export function sessionKeys(
  user: FastlyUser,
  store: Store,
  ports: UserPorts & Pick<UnderWay, "inBackground"> & { names: SessionKeyNames },
): SessionKeys {
  const { clock, api, names } = ports;
  const otps = claimOtpSteps(user, store, ports);
  let session: Session | undefined;
  let usedAt = clock.elapsed();
  let opening: Promise<SessionResult> | undefined;

  function key(): Promise<SessionResult> {
    usedAt = clock.elapsed();
    if (session && isFresh(session)) return Promise.resolve(resultOf(session));
    return openOnce(false);
  }

  function keyInSudoModeNow(): SessionKey | undefined {
    usedAt = clock.elapsed();
    return session && isFresh(session) && isInSudoMode(session) ? keyOf(session) : undefined;
  }

  async function keyInSudoMode(): Promise<SessionResult> {
    const key = keyInSudoModeNow();
    return key ? { kind: "key", key } : openOnce(true);
  }

  function isFresh({ madeAt }: Session): boolean {
    return clock.elapsed() - madeAt < usedForMs;
  }

  function isInSudoMode({ sudoSince }: Session): boolean {
    return sudoSince !== undefined && clock.elapsed() - sudoSince < sudoMs;
  }

  /** One at a time, whoever asks: then each finds what the one before has made. */
  async function openOnce(inSudoMode: boolean): Promise<SessionResult> {
    while (opening) await opening;
    opening = open(inSudoMode).finally(() => {
      opening = undefined;
      restWhereSpent(user, clock);
    });
    return opening;
  }

  async function open(inSudoMode: boolean): Promise<SessionResult> {
    if (isOut(user)) return { kind: "out" };
    if (isResting(user, clock)) return { kind: "failed", error: undefined };
    if (!session || !isFresh(session)) {
      const old = session;
      const minted = await mint(old);
      if (minted.kind !== "minted") return failureOf(minted, user);
      session = minted.session;
      if (old) ports.inBackground(endSession(old));
    }
    if (!inSudoMode || isInSudoMode(session)) return resultOf(session);
    const error = await enterSudoMode(session);
    if (!error) return resultOf(session);
    return isOut(user) ? { kind: "out" } : { kind: "failed", error };
  }

  /** A key in sudo mode makes the next one, which costs no one-time password. */
  async function mint(old: Session | undefined): Promise<{ kind: "minted"; session: Session } | NotMinted> {
    const deadline = deadlineIn(mintMs, clock);
    const apiKey = old && hasTwoFactor(user) && isInSudoMode(old) ? old : undefined;
    const otpSource = apiKey ? otps.source : await otps.untilNext();
    const name = names.draw();
    const outcome = await mintToken(
      name,
      grant,
      {
        username: user.username,
        password: user.password,
        otpSource,
        ...(apiKey ? { apiKey: apiKey.token.accessToken, sudoSince: apiKey.sudoSince } : {}),
      },
      {
        api: api.with({ deadline }),
        journal: keepJournal(() => {}, user.guard),
        endsWhereFull: true,
        hide: () => {},
        report: () => {},
      },
    );
    // One whose response was lost counts as left behind: the next list ends it.
    if (outcome.kind !== "minted") names.forget(name);
    if (outcome.kind !== "minted") return outcome;
    return {
      kind: "minted",
      session: { token: outcome.token, name, madeAt: clock.elapsed(), sudoSince: undefined },
    };
  }

  /** @returns why it could not be entered */
  async function enterSudoMode(current: Session): Promise<FastlyError | undefined> {
    const { username, password, guard } = user;
    for (let tries = 1; ; tries++) {
      const otp = await otps.next();
      guard.sending();
      const bounded = api.with({ deadline: deadlineIn(endMs, clock) });
      const result = await requestSudo(bounded, current.token.accessToken, {
        username,
        password,
        otp,
      }).catch(asFastlyError);
      if (!(result instanceof Error)) {
        guard.accepted();
        current.sudoSince = clock.elapsed();
        return undefined;
      }
      if (result.code === "unauthorized" || result.code === "expired-key") session = undefined;
      if (isRefusal(result)) guard.refused(result);
      else if (result.status === undefined && !result.mayHaveHappened) guard.notSent();
      if (result.code !== "refused-otp" || tries === 2 || guard.left() === 0) return result;
    }
  }

  async function endSession({ token, name }: Session): Promise<void> {
    const bounded = api.with({ deadline: deadlineIn(endMs, clock) });
    const status = await revokeSelf(bounded, token.accessToken, { id: token.id });
    if (isLeft(status)) names.forget(name);
  }

  async function end(): Promise<void> {
    await opening;
    const ended = session;
    session = undefined;
    if (ended) await endSession(ended);
  }

  return {
    key,
    keyInSudoMode,
    keyInSudoModeNow,
    otpNow: otps.take,
    reject: ({ id }) => {
      if (session?.token.id === id) session = undefined;
    },
    endIfIdle: async () => {
      const idle = hasTwoFactor(user) ? idleMs.twoFactor : idleMs.password;
      if (clock.elapsed() - usedAt >= idle) await end();
    },
    end,
  };
}

/** A refusal of Fastly's own that is of neither the key nor the one-time password. */
function isRefusal({ code, status = 0, mayHaveHappened }: FastlyError): boolean {
  if (code === "unauthorized" || code === "expired-key" || code === "refused-otp") return false;
  return !mayHaveHappened && status >= 400 && status !== 429;
}

function keyOf({ token, sudoSince }: Session): SessionKey {
  return { id: token.id, accessToken: token.accessToken, sudoSince };
}

function resultOf(session: Session): SessionResult {
  return { kind: "key", key: keyOf(session) };
}

function failureOf(outcome: NotMinted, user: FastlyUser): SessionResult {
  if (isOut(user)) return { kind: "out" };
  return { kind: "failed", error: "error" in outcome ? outcome.error : undefined };
}
