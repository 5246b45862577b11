/**
 * What a token's name says, so that a person in Fastly's control panel, or a program, knows which run
 * made it. Written as
 *
 *     fastly-ephemeral-token/1 NONCE.SERIAL SERVER/OWNER/REPO/actions/runs/RUN/attempts/ATTEMPT use=USE check=CHECK job=JOB label=LABEL
 *
 * The mark and the nonce come first, so that a token is found even where a server has cut its name short. The
 * third word is the run's page, to be pasted into a browser. JOB and LABEL are percent-encoded, so that a space
 * always ends a part; `check` and `label` are left out where there is none. A name has at most 255 bytes: where it
 * would be longer, JOB and LABEL are shortened and end with `~`.
 */
export interface TokenName {
  /** The GitHub server's host: `github.com`, or that of a GitHub Enterprise. */
  server: string;
  /** `owner/repo`. */
  repository: string;
  runId: string;
  runAttempt: string;
  job: string;
  /** `job` for the token that the job works with; the others are helpers that live for a minute or two. */
  use: TokenUse;
  /** 20 hexadecimal digits, drawn anew by each main step: what makes a family of names that no other shares. */
  nonce: string;
  /** Counts the tries of one family, from 1. */
  serial: number;
  /** The ID of the job's check run, where GitHub's OIDC token names it; empty otherwise. */
  checkRunId?: string;
  /** What the user named it; empty for none. */
  label: string;
}

export type TokenUse = "job" | "recovery" | "revoke" | "sweep" | "broker";

/** What a name says where the runner did not say which run it was. */
export const unknownRun = { server: "unknown", repository: "unknown/unknown", runId: "0" } as const;

/** Names in databases and forms commonly end at 255; no limit of Fastly's is documented (assumed: name-length). */
const longestName = 255;

const mark = "fastly-ephemeral-token/1";

const segment = "(?!\\.{1,2}(?:[/ ]|$))[A-Za-z0-9_.-]+";

const host = "[a-z0-9-]+(?:\\.[a-z0-9-]+)*(?::\\d{1,5})?";

const run = [
  `(?<server>${host})`,
  `(?<repository>${segment}/${segment})`,
  "actions/runs/(?<runId>\\d{1,15})/attempts/(?<runAttempt>\\d{1,10})",
].join("/");

const pattern = new RegExp(
  [
    `^${mark}`,
    "(?<nonce>[0-9a-f]{20})\\.(?<serial>[1-9]\\d{0,5})",
    run,
    "use=(?<use>job|recovery|revoke|sweep|broker)(?: check=(?<checkRunId>\\d{1,20}))?",
    "job=(?<job>[^\\s~]*~?)(?: label=(?<label>[^\\s~]*~?))?$",
  ].join(" "),
);

const repositoryPattern = new RegExp(`^${segment}/${segment}$`);

/** Whether a text is `owner/repo`. */
export function isRepository(text: string): boolean {
  return repositoryPattern.test(text);
}

const serverPattern = new RegExp(`^${host}$`);

/** Whether a text is the host of a URL, with its port where that is not the usual one. */
export function isServer(text: string): boolean {
  return serverPattern.test(text);
}

/** Whether a text is a nonce, as `TokenName` has it. */
export function isNonce(text: string): boolean {
  return /^[0-9a-f]{20}$/.test(text);
}

/** Writes a token's name, in at most 255 bytes. What does not fit the format (see `TokenName`) will not parse back. */
export function formatTokenName(name: TokenName): string {
  const fixed = fixedPart(name);
  // An owner and a repository of the longest kind on a server with a long name: the run's page does not fit.
  const head = fixed.length + " job=".length <= longestName ? fixed : fixedPart({ ...name, ...unknownRun });
  const room = longestName - head.length - " job=".length;
  const job = encode(name.job);
  const label = encode(name.label);
  const labelRoom = label === "" ? 0 : room - " label=".length;
  if (labelRoom <= 0) return `${head} job=${shorten(job, room)}`;
  // Half of the room is the job's, and what the label does not need.
  const jobPart = shorten(job, Math.max(Math.floor(labelRoom / 2), labelRoom - label.length));
  return `${head} job=${jobPart} label=${shorten(label, labelRoom - jobPart.length)}`;
}

function fixedPart({ server, repository, runId, runAttempt, use, checkRunId, ...name }: TokenName): string {
  const page = `${server}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`;
  return `${nameKey(name)} ${page} use=${use}${checkRunId ? ` check=${checkRunId}` : ""}`;
}

/** Shortens a percent-encoded text to so many bytes, never in the middle of a character. */
function shorten(encoded: string, room: number): string {
  if (encoded.length <= room) return encoded;
  let short = encoded.slice(0, Math.max(0, room - 1)).replace(/%[0-9A-F]?$/, "");
  while (decode(short) === undefined) short = short.replace(/%[0-9A-F]{2}$/, "");
  return `${short}~`;
}

/** What a token is found by: the beginning of its name, which no other token shares, and which Fastly keeps (assumed: name-kept). */
export function nameKey({ nonce, serial }: Pick<TokenName, "nonce" | "serial">): string {
  return `${mark} ${nonce}.${serial}`;
}

const keyPattern = new RegExp(`^${mark} [0-9a-f]{20}\\.\\d+`);

/** Whether a name begins as all of ours do. */
export function hasNameKey(name: string): boolean {
  return keyPattern.test(name);
}

/**
 * Whether a listed name is so short that it may be any of ours, cut before its nonce or its serial ends: as long as
 * there is such a token, nobody can say that the one that was asked for was never created.
 */
export function mayBeCutNameOf(listed: string, asked: string): boolean {
  const key = keyPattern.exec(asked)?.[0] ?? "";
  return listed.length >= shortestCut && listed.length < key.length && key.startsWith(listed);
}

/** Shorter names may be anybody's. */
const shortestCut = "fastly-ephemeral".length;

/**
 * Whether a listed name is, or is what a server has made of, a name that was asked for: it begins with the same
 * mark, nonce and serial, whatever became of the rest.
 */
export function isNameOf(listed: string, asked: string): boolean {
  const key = keyPattern.exec(asked)?.[0];
  // A name that is not ours has no key, and must not match names that begin the same way.
  if (key === undefined) return listed === asked;
  return listed.startsWith(key) && !/^\d/.test(listed.slice(key.length));
}

/**
 * Reads a token's name.
 *
 * @returns undefined unless the whole text is exactly what `formatTokenName` writes: a name that merely
 *   resembles one of ours belongs to somebody else
 */
export function parseTokenName(text: string): TokenName | undefined {
  const groups = pattern.exec(text)?.groups;
  if (!groups || text.length > longestName) return undefined;
  const { server = "", repository = "", runId = "", runAttempt = "", use = "", nonce = "" } = groups;
  const job = decode(groups.job ?? "");
  const label = decode(groups.label ?? "");
  if (job === undefined || label === undefined || groups.job === "" || groups.label === "") return undefined;
  const name: TokenName = {
    server,
    repository,
    runId,
    runAttempt,
    job,
    use: use as TokenUse,
    nonce,
    serial: Number(groups.serial),
    ...(groups.checkRunId === undefined ? {} : { checkRunId: groups.checkRunId }),
    label,
  };
  return isCanonical(groups.job ?? "") && isCanonical(groups.label ?? "") ? name : undefined;
}

/** Whether a part is as `encode` and `shorten` write it. */
function isCanonical(part: string): boolean {
  const whole = part.replace(/~$/, "");
  return encode(decode(whole) ?? "~") === whole;
}

/** Lone surrogates cannot be encoded: they become the replacement character. A `~` marks what was shortened. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("~", "%7E");
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an encoding of ours, so not a name of ours.
    return undefined;
  }
}
