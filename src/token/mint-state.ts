import type { Clock } from "../fastly/index.ts";
import type { Minter } from "./minting.ts";

/** What has happened so far in one minting. */
export interface MintState {
  tries: number;
  /** The serial of the name to ask for next. A name whose fate is unknown is never asked for again. */
  serial: number;
  lostAnswers: number;
  refusedPasscodes: number;
  lastPasscodeStep: number | undefined;
  /** When sudo was granted, by the clock's `elapsed`. */
  sudoSince: number | undefined;
  /** How far the server's clock is ahead of the machine's, where that matters. */
  offsetMs: number;
  clockCorrected: boolean;
}

export function newMintState(lostAnswers: number): MintState {
  return {
    tries: 0,
    serial: 1,
    lostAnswers,
    refusedPasscodes: 0,
    lastPasscodeStep: undefined,
    sudoSince: undefined,
    offsetMs: 0,
    clockCorrected: false,
  };
}

/** Sudo mode lasts for five minutes (Fastly's page on sudo). */
const sudoMs = 4 * 60_000;

export function isInSudoMode({ sudoSince }: MintState, clock: Clock): boolean {
  return sudoSince !== undefined && clock.elapsed() - sudoSince < sudoMs;
}

/** How long until a passcode exists that was not sent yet; undefined where there will be none. */
export function untilNextPasscode({ passcodes }: Minter, state: MintState, clock: Clock): number | undefined {
  if (passcodes.kind === "none" || isInSudoMode(state, clock)) return 0;
  if (passcodes.kind === "typed") return undefined;
  const now = clock.now() + state.offsetMs;
  const step = Math.floor(now / passcodes.stepMs);
  return step === state.lastPasscodeStep ? (step + 1) * passcodes.stepMs - now : 0;
}
