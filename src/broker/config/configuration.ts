import type { OtpSource } from "../../token/otp.ts";
import type { TrustedIssuer } from "../identity/index.ts";
import type { Rules } from "../policy/index.ts";
import type { ConfigurationFile } from "./schema.ts";

/** The broker's configuration file, checked and compiled, with its secrets read. */
export interface Configuration {
  /** SHA-256 of the file's bytes, in hexadecimal digits: each audit line contains it. */
  readonly hash: string;
  readonly audience: string;
  readonly issuers: readonly TrustedIssuer[];
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly users: readonly ConfiguredUser[];
  /** undefined where the file has no webhook. */
  readonly webhookSecret: string | undefined;
  readonly store: ConfiguredStore;
  readonly rules: Rules;
}

/** A Fastly user that mints. */
export interface ConfiguredUser {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  /** Empty without two-factor authentication. */
  readonly totpSecret: string;
  readonly otpSource: OtpSource;
  /** How many live tokens Fastly lets this user have. */
  readonly maxLiveTokens: number;
}

export type ConfiguredStore = { readonly kind: "memory" } | { readonly kind: "redis"; readonly url: string };

/** A mistake in the file, at the line and column of the value, or of the key, that has to be changed. */
export interface Problem {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** Where it is in the file's structure, such as `rules[0].grant.scope`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and what to do. No value of a secret is in it, and no line end. */
  readonly message: string;
}

export type LoadedConfiguration =
  /** `warnings` are of what works and is most likely not meant. */
  | {
      readonly kind: "valid";
      /** As it was read, before its secrets were. */
      readonly file: ConfigurationFile;
      readonly config: Configuration;
      readonly warnings: readonly Problem[];
    }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** A secret's text, or why there is none. */
export type SecretText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  /** `reason` has no secret in it, such as `EACCES`. */
  | { readonly kind: "unreadable"; readonly reason: string };

/** Where secrets come from. A path is relative to the folder of the configuration file. */
export interface SecretSources {
  readonly env: (name: string) => string | undefined;
  readonly file: (path: string) => Promise<SecretText>;
}
