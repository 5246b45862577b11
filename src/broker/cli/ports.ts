import type { SecretSources } from "../config/index.ts";

export type FileRead =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `reason` such as `ENOENT`. */
  | { readonly kind: "unreadable"; readonly reason: string };

/** What the commands need of the machine. */
export interface CliPorts {
  /** What starts this program in a shell, such as `node broker.cjs`. */
  readonly program: string;
  readonly readFile: (path: string) => Promise<FileRead>;
  /** Secrets as the broker would read them with this configuration file. */
  readonly secretsOf: (configurationFile: string) => SecretSources;
  /** Writes a file that is not there yet. @returns why it could not, such as `EEXIST` */
  readonly writeNewFile: (path: string, text: string) => Promise<string | undefined>;
  /** A line of the result. */
  readonly print: (line: string) => void;
  /** A line about a mistake in the command itself. */
  readonly complain: (line: string) => void;
}
