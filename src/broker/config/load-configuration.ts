import { decodeUtf8 } from "../../text/utf8.ts";
import { checkFile } from "./check-file.ts";
import { compilePolicy, compileUser } from "./compile.ts";
import type {
  Configuration,
  ConfiguredStore,
  LoadedConfiguration,
  Problem,
  SecretSources,
} from "./configuration.ts";
import { doubts } from "./doubts.ts";
import { noSecrets, readSecrets, type Secrets } from "./read-secrets.ts";
import { type ConfigurationFile, fileSchema, type RuleInFile } from "./schema.ts";
import { mistakesOf, valueAt } from "./words.ts";
import { type Mistake, type Path, type Place, readYaml, type YamlTree } from "./yaml-tree.ts";

const largestFile = 1_048_576;

/**
 * Checks and compiles a configuration file: all of it, or every mistake at once.
 *
 * @param sources where secrets are read from; `"not-read"` checks the rest alone
 */
export async function loadConfiguration(
  bytes: Uint8Array<ArrayBuffer>,
  sources: SecretSources | "not-read",
): Promise<LoadedConfiguration> {
  const text = textOf(bytes);
  if (typeof text !== "string") return text;
  const tree = readYaml(text);
  if (tree.value === undefined && tree.mistakes.length === 0)
    return invalid([wholeFile("The file is empty. The command `init` creates one.")]);
  if (!tree.isReadable) return invalid(sorted(tree.mistakes.map(problemOfForm)));
  const { value } = tree;
  const parsed = fileSchema.safeParse(value);
  const secrets = sources === "not-read" ? noSecrets : await readSecrets(value, sources);
  const found = [...checkFile(value), ...secrets.mistakes];
  const mistakes = [
    ...found,
    ...uncovered(parsed.error ? mistakesOf(parsed.error.issues, value) : [], found),
  ];
  const problems = sorted([...tree.mistakes.map(problemOfForm), ...problemsOf(mistakes, tree)]);
  if (!parsed.success || problems.length > 0) return invalid(problems);
  const file = inOrderOf(value, parsed.data);
  return {
    kind: "valid",
    file,
    config: await compile(file, secrets, await sha256(bytes)),
    warnings: sorted(problemsOf([...secrets.warnings, ...doubts(value)], tree)),
  };
}

function invalid(problems: readonly Problem[]): LoadedConfiguration {
  return { kind: "invalid", problems };
}

function wholeFile(message: string): Problem {
  return { line: 1, column: 1, path: "", message };
}

function textOf(bytes: Uint8Array<ArrayBuffer>): string | LoadedConfiguration {
  if (bytes.length > largestFile)
    return invalid([wholeFile("The file is larger than 1 MiB. Check that it is the right one.")]);
  const text = decodeUtf8(bytes)?.replace(/^\uFEFF/, "");
  return text ?? invalid([wholeFile("The file is not UTF-8. Save it as UTF-8.")]);
}

/** What the schema says of a place is left out where a check has said it better. */
function uncovered(ofSchema: readonly Mistake[], found: readonly Mistake[]): Mistake[] {
  const places = found.map(({ path }) => path);
  return ofSchema.filter(({ path }) => !places.some((place) => isWithin(place, path)));
}

function isWithin(place: Path, path: Path): boolean {
  return path.length > 0 && path.every((key, index) => place[index] === key);
}

function problemOfForm({ path, ...rest }: YamlTree["mistakes"][number]): Problem {
  return { ...rest, path: writePath(path) };
}

/** One mistake a place: the first that was found there. */
function problemsOf(mistakes: readonly Mistake[], tree: YamlTree): Problem[] {
  const taken = new Set(tree.mistakes.map(nameOfPlace));
  const problems = mistakes.map(({ path, atKey, message }) => ({
    ...tree.placeOf(path, atKey),
    path: writePath(path),
    message,
  }));
  return problems.filter((problem) => {
    const name = problem.path + nameOfPlace(problem);
    const isFirst = !taken.has(name) && !taken.has(nameOfPlace(problem));
    taken.add(name);
    return isFirst;
  });
}

function nameOfPlace({ line, column }: Place): string {
  return `:${line}:${column}`;
}

function sorted(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** A key that is not a plain word may be anything that somebody pasted: it is not printed. */
function writePath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const key = /^[a-z_]{1,40}$/.test(part) ? part : "?";
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The schema puts the claims that it knows first; those who look at what failed compare with the file. */
function inOrderOf(value: unknown, file: ConfigurationFile): ConfigurationFile {
  const rules = file.rules.map((rule, index) => {
    const claims = Object.keys(valueAt(value, ["rules", index, "match"]) ?? {});
    const inOrder = Object.fromEntries(claims.map((claim) => [claim, rule.match[claim]]));
    return { ...rule, match: { ...inOrder, ...rule.match } as RuleInFile["match"] };
  });
  return { ...file, rules };
}

async function compile(file: ConfigurationFile, secrets: Secrets, hash: string): Promise<Configuration> {
  const { textAt } = secrets;
  return {
    ...compilePolicy(file, hash),
    users: await Promise.all(
      file.fastly.users.map((user, index) =>
        compileUser(user, (key) => textAt(["fastly", "users", index, key])),
      ),
    ),
    webhookSecret: file.webhook ? textAt(["webhook", "secret"]) : undefined,
    store: compileStore(file.store, secrets),
  };
}

function compileStore(store: ConfigurationFile["store"], { textAt }: Secrets): ConfiguredStore {
  const url = typeof store === "object" ? textAt(["store"]) : (store ?? "memory");
  return url === "memory" ? { kind: "memory" } : { kind: "redis", url };
}
