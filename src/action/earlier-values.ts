import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../text/json-object.ts";
import { couldBeSecret, type ExportedVariable, isExported } from "./exported-variables.ts";
import { hide, info } from "./log.ts";
import { systemCodeOf } from "./runner-files.ts";
import { earlierValuesNotKept } from "./words/earlier-values.ts";

/*
 * What variables held before they received a token, for the steps that cannot read main's state: `revoke`, and the post
 * step of another main. Each token has a file of its own in the runner's temporary directory, sealed with the token:
 * whoever may revoke the token can open it, and nobody else. Loaded only where a main found such a value.
 */

/** What one token's file holds. */
interface EarlierValues {
  /** Whether the token has been revoked since. A main that found it in a variable may still want to put it back. */
  isEnded: boolean;
  found: readonly ExportedVariable[];
}

/** Leaves them for `revoke`. The job has its token whether or not this succeeds. */
export function keepEarlierValues(folder: string, found: readonly ExportedVariable[], token: string): void {
  const kept = found.filter(({ previous }) => previous);
  const code = codeOf(() => write(folder, { isEnded: false, found: kept }, token));
  const names = kept.map(({ variable }) => variable);
  if (code !== undefined) info(earlierValuesNotKept(names, code));
}

/** What this token's main found. Nothing where no file can be opened with the token. */
export function earlierValuesOf(folder: string, token: string): ExportedVariable[] {
  return withoutEndedTokens(folder, read(folder, token)?.found ?? []);
}

/** The same variables. In place of a token that `revoke` has revoked stands what that token's main found. */
export function withoutEndedTokens(folder: string, found: readonly ExportedVariable[]): ExportedVariable[] {
  return found.map(({ variable, previous }) => {
    const latest = latestValue(folder, variable, previous);
    if (latest && couldBeSecret(latest)) hide(latest);
    return { variable, previous: latest };
  });
}

function latestValue(folder: string, variable: string, held: string | null): string | null {
  let value = held;
  const seen = new Set<string>();
  // A main never leaves a circle.
  while (value && !seen.has(value)) {
    seen.add(value);
    const values = read(folder, value);
    if (!values?.isEnded) return value;
    value = values.found.find((earlier) => earlier.variable === variable)?.previous ?? null;
  }
  return null;
}

/**
 * Keeps that this token has been revoked, as long as another main may have found it in a variable. If that fails, the
 * revoked token may be put back until post runs, which knows what came before it.
 */
export function markEnded(folder: string, token: string): void {
  const { name } = placeOf(token);
  codeOf(() => {
    if (readdirSync(folder).every((file) => file === name)) return forget(folder, token);
    write(folder, { isEnded: true, found: read(folder, token)?.found ?? [] }, token);
  });
}

/** Removes this token's file, and the folder after the last one. What is left, the runner removes with the job. */
export function forget(folder: string, token: string): void {
  codeOf(() => {
    rmSync(join(folder, placeOf(token).name), { force: true, recursive: true });
    rmdirSync(folder);
  });
}

function write(folder: string, values: EarlierValues, token: string): void {
  const { name, key } = placeOf(token);
  makeFolder(folder);
  writeFileSync(join(folder, name), seal(JSON.stringify(values), key), { mode: 0o600 });
}

/** Only the folder itself: where it cannot be made, such as in /proc, Node tries without end to make its parents first. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (systemCodeOf(error) !== "EEXIST") throw error;
  }
}

function read(folder: string, token: string): EarlierValues | undefined {
  const { name, key } = placeOf(token);
  try {
    const values: unknown = JSON.parse(unseal(readFileSync(join(folder, name)), key));
    return isEarlierValues(values) ? values : undefined;
  } catch {
    // It is not there, or not what main wrote: then nobody knows what the variables held.
    return undefined;
  }
}

function isEarlierValues(value: unknown): value is EarlierValues {
  if (!isObject(value) || typeof value.isEnded !== "boolean") return false;
  return Array.isArray(value.found) && value.found.every(isExported);
}

/** The key that seals a token's file, and the file's name. Both come from the token, and neither shows it. */
function placeOf(token: string): { name: string; key: Buffer } {
  const bytes = Buffer.from(hkdfSync("sha256", token, "", "fastly-ephemeral-token/earlier-values", 48));
  return { key: bytes.subarray(0, 32), name: bytes.subarray(32).toString("hex") };
}

const cipher = "aes-256-gcm";
const nonceLength = 12;
const tagLength = 16;

function seal(text: string, key: Buffer): Buffer {
  const nonce = randomBytes(nonceLength);
  const sealing = createCipheriv(cipher, key, nonce);
  const sealed = [sealing.update(text, "utf8"), sealing.final()];
  return Buffer.concat([nonce, sealing.getAuthTag(), ...sealed]);
}

function unseal(bytes: Buffer, key: Buffer): string {
  const [nonce, tag, sealed] = [
    bytes.subarray(0, nonceLength),
    bytes.subarray(nonceLength, nonceLength + tagLength),
    bytes.subarray(nonceLength + tagLength),
  ];
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagLength }).setAuthTag(tag);
  return Buffer.concat([opening.update(sealed), opening.final()]).toString("utf8");
}

/** The system's code of what failed; undefined where nothing did. */
function codeOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined) throw error;
    return code;
  }
}
