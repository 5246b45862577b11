import { readTotpSecret } from "../../token/otp.ts";
import { secretStoreFault } from "./check-file.ts";
import type { SecretSources, SecretText } from "./configuration.ts";
import { readRemedy } from "./file-fault.ts";
import { variablePattern } from "./schema.ts";
import { isMap, valueAt } from "./words.ts";
import type { Mistake, Path } from "./yaml-tree.ts";

/** The secrets that a file refers to, by the place of the reference. */
export interface Secrets {
  readonly textAt: (path: Path) => string;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Mistake[];
}

/** Reads every secret that a file refers to, as far as the references are well formed. */
export async function readSecrets(file: unknown, sources: SecretSources): Promise<Secrets> {
  const texts = new Map<string, string>();
  const mistakes: Mistake[] = [];
  const warnings: Mistake[] = [];
  for (const path of references(file)) {
    const found = await readSecret(valueAt(file, path), path, sources);
    if (found === undefined) continue;
    if (found.kind === "mistake") {
      mistakes.push(found.mistake);
      continue;
    }
    texts.set(JSON.stringify(path), found.text);
    const fault = faultOf(path, found.text);
    if (fault !== undefined) mistakes.push({ path: found.path, message: fault });
    const doubt = doubtOf(path, found.text);
    if (doubt !== undefined) warnings.push({ path: found.path, message: doubt });
  }
  const textAt = (path: Path) => texts.get(JSON.stringify(path)) ?? "";
  return { textAt, mistakes, warnings: [...warnings, ...sharedAccounts(file, textAt)] };
}

/** Two users that are one at Fastly would each count its tokens as their own, and each send a password that is refused. */
function sharedAccounts(file: unknown, textAt: Secrets["textAt"]): Mistake[] {
  const users = valueAt(file, ["fastly", "users"]);
  if (!Array.isArray(users)) return [];
  const paths: Path[] = users.map((_, index) => ["fastly", "users", index, "username"]);
  const names = paths.map((path) => textAt(path).toLowerCase());
  return paths.flatMap((path, index) =>
    names[index] !== "" && names.indexOf(names[index] ?? "") < index
      ? [
          {
            path,
            message:
              "Another user has the same username. Use a separate Fastly user for each: otherwise they share one limit on live tokens.",
          },
        ]
      : [],
  );
}

/** No secret is read, and none is missing: for those who look at the rules alone. */
export const noSecrets: Secrets = { textAt: () => "", mistakes: [], warnings: [] };

function references(file: unknown): Path[] {
  const users = valueAt(file, ["fastly", "users"]);
  const ofUsers = Array.isArray(users)
    ? users.flatMap((_, index) =>
        ["username", "password", "totp_secret"].map((key) => ["fastly", "users", index, key]),
      )
    : [];
  return [...ofUsers, ["webhook", "secret"], ["store"]];
}

type Read = { kind: "text"; path: Path; text: string } | { kind: "mistake"; mistake: Mistake } | undefined;

async function readSecret(reference: unknown, path: Path, sources: SecretSources): Promise<Read> {
  if (!isMap(reference) || Array.isArray(reference)) return undefined;
  const { env, file } = reference;
  if (env !== undefined && file !== undefined) return undefined;
  if (typeof env === "string" && variablePattern.test(env))
    return fromEnvironment(env, [...path, "env"], sources);
  if (typeof file === "string" && file !== "") return fromFile(file, [...path, "file"], sources);
  return undefined;
}

/** The name is quoted only where it looks like one: somebody may have written the secret itself there. */
function fromEnvironment(name: string, path: Path, { env }: SecretSources): Read {
  const variable = /^[A-Z][A-Z0-9_]*$/.test(name)
    ? `The environment variable ${name}`
    : "The environment variable";
  const text = env(name);
  if (text === undefined)
    return mistake(path, `${variable} is not set. Set it where the broker starts, or correct its name.`);
  return text.trim() === ""
    ? mistake(path, `${variable} is empty. Set it to the secret.`)
    : { kind: "text", path, text };
}

async function fromFile(name: string, path: Path, { file }: SecretSources): Promise<Read> {
  const read: SecretText = await file(name);
  if (read.kind === "missing")
    return mistake(
      path,
      "The file does not exist. A path that does not begin with / is relative to the folder of the configuration file.",
    );
  if (read.kind === "unreadable")
    return mistake(path, `The file cannot be read (${read.reason}). ${readRemedy(read.reason)}`);
  const text = read.text.replace(/\r?\n$/, "");
  return text.trim() === ""
    ? mistake(path, "The file is empty. Write the secret into it.")
    : { kind: "text", path, text };
}

function mistake(path: Path, message: string): Read {
  return { kind: "mistake", mistake: { path, message } };
}

function faultOf(path: Path, text: string): string | undefined {
  if (text.startsWith("\uFEFF"))
    return "The secret begins with a byte order mark. Save it as UTF-8 without one.";
  if (path.at(-1) === "totp_secret") {
    const parameters = readTotpSecret(text);
    return typeof parameters === "string" ? `The two-factor secret ${parameters}` : undefined;
  }
  if (/[\r\n\0]/.test(text)) return "The secret has more than one line. Write it on one line.";
  return path[0] === "store" ? secretStoreFault(text) : undefined;
}

function doubtOf(path: Path, text: string): string | undefined {
  if (path[0] === "store") return undefined;
  if (/^(["']).*\1$/.test(text)) return "The secret is in quotation marks, which count as part of it.";
  if (text !== text.trim() && path.at(-1) !== "totp_secret")
    return "The secret begins or ends with a space, which counts as part of it.";
  return path[0] === "webhook" && text.length < 16
    ? "The webhook's secret has fewer than 16 characters. Use a long random one, such as the output of openssl rand -hex 32."
    : undefined;
}
