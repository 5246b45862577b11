import type { FastlyApi, FastlyError } from "../fastly/index.ts";
import type { JournalKeeper } from "./journal.ts";
import type { SharedOtpSource } from "./otp.ts";

/** The Fastly user that mints, as the inputs name them. */
export interface Credentials {
  username: string;
  password: string;
  otpSource: SharedOtpSource;
  /** An existing token of that user: then sudo is asked first, and the create carries this key. */
  apiKey?: string | undefined;
  /** Since when that key is in sudo mode, by the clock's `elapsed`, where it is. */
  sudoSince?: number | undefined;
}

/** What minting needs. The client carries the deadline, the clock and the jitter. */
export interface MintPorts {
  api: FastlyApi;
  journal: JournalKeeper;
  /** How many of the requests with a password are left to who has to look for a token whose response was lost. */
  sendsForRecovery?: number;
  /** A user without room, or over the hourly limit, is not waited for: the caller has others to turn to. */
  endsWhereFull?: boolean;
  /** Called with each secret as soon as it exists, before anything else can print it. */
  hide: (secret: string) => void;
  report: (progress: Progress) => void;
}

/** Clocks that differ by less, in milliseconds, are as good as the same. */
export const notableOffsetMs = 10_000;

/** What minting has to report while it goes on. */
export type Progress =
  | { kind: "response-lost"; error: FastlyError; waitMs: number }
  | { kind: "sudo-response-lost"; error: FastlyError; waitMs: number }
  | { kind: "waiting-for-connection"; error: FastlyError; waitMs: number }
  | { kind: "waiting-for-otp"; waitMs: number }
  | { kind: "waiting-for-room"; error: FastlyError; waitMs: number }
  | { kind: "waiting-for-rate-limit"; waitMs: number }
  | { kind: "correcting-clock"; offsetMs: number; waitMs: number };
