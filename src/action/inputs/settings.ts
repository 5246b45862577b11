import { isObject } from "../../text/json-object.ts";
import { type Inputs, read, together, valueOr } from "./input.ts";
import { parseTimeout } from "./network.ts";
import { minute, parseBoolean, second } from "./values.ts";

/** How the end of the job is to go: what main saves for post. */
export interface Settings {
  revoke: boolean;
  failOnRevokeError: boolean;
  summary: boolean;
  timeoutMs: number;
}

export function readSettings(): Inputs<Settings> {
  return together<Settings>(readings());
}

/** The settings, with the default for each that is not valid: whatever is wrong, a token is revoked. */
export function settingsOrDefaults(): Settings {
  const { revoke, failOnRevokeError, summary, timeoutMs } = readings();
  return {
    revoke: valueOr(revoke, true),
    failOnRevokeError: valueOr(failOnRevokeError, false),
    summary: valueOr(summary, true),
    timeoutMs: valueOr(timeoutMs, minute),
  };
}

function readings(): { [K in keyof Settings]: Inputs<Settings[K]> } {
  return {
    revoke: read("revoke", parseBoolean, "true"),
    failOnRevokeError: read("fail-on-revoke-error", parseBoolean, "false"),
    summary: readSummary(),
    timeoutMs: readTimeout(),
  };
}

export function readSummary(): Inputs<boolean> {
  return read("summary", parseBoolean, "true");
}

export function readTimeout(): Inputs<number> {
  return read("timeout", parseTimeout, "60s");
}

/** Whether this is what main saves. */
export function isSettings(value: unknown): value is Settings {
  if (!isObject(value) || typeof value.timeoutMs !== "number") return false;
  if (!(value.timeoutMs >= second && value.timeoutMs <= 10 * minute)) return false;
  return ["revoke", "failOnRevokeError", "summary"].every((name) => typeof value[name] === "boolean");
}
