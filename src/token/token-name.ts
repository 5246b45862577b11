/**
 * What a token's name says, so that a person in Fastly's control panel, or a program, can tell which run
 * made it. Written as
 *
 *     fastly-ephemeral-token/1 SERVER/OWNER/REPO/actions/runs/RUN/attempts/ATTEMPT job=JOB use=USE nonce=NONCE.SERIAL label=LABEL
 *
 * The second word is the run's page, to be pasted into a browser. JOB and LABEL are percent-encoded, so that
 * a space always ends a part; a name without a label ends with the nonce.
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
  /** What the user named it; empty for none. */
  label: string;
}

export type TokenUse = "job" | "recovery" | "revoke" | "sweep";

/** What a name says where the runner did not say which run it was. */
export const unknownRun = { repository: "unknown/unknown", runId: "0" } as const;

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
    run,
    "job=(?<job>\\S+)",
    "use=(?<use>job|recovery|revoke|sweep)",
    "nonce=(?<nonce>[0-9a-f]{20})\\.(?<serial>[1-9]\\d{0,5})(?: label=(?<label>\\S+))?$",
  ].join(" "),
);

/** Whether a text is `owner/repo`. */
export function isRepository(text: string): boolean {
  return new RegExp(`^${segment}/${segment}$`).test(text);
}

/** Whether a text is the host of a URL, with its port where that is not the usual one. */
export function isServer(text: string): boolean {
  return new RegExp(`^${host}$`).test(text);
}

/** Writes a token's name. What does not fit the format (see `TokenName`) will not parse back. */
export function formatTokenName(name: TokenName): string {
  const { server, repository, runId, runAttempt, job, use, nonce, serial, label } = name;
  const run = `${server}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`;
  const ending = label === "" ? "" : ` label=${encode(label)}`;
  return `${mark} ${run} job=${encode(job)} use=${use} nonce=${nonce}.${serial}${ending}`;
}

/**
 * Reads a token's name.
 *
 * @returns undefined unless the whole text is exactly what `formatTokenName` writes: a name that merely
 *   resembles one of ours belongs to somebody else
 */
export function parseTokenName(text: string): TokenName | undefined {
  const groups = pattern.exec(text)?.groups;
  if (!groups) return undefined;
  const { server = "", repository = "", runId = "", runAttempt = "", use = "", nonce = "" } = groups;
  const job = decode(groups.job ?? "");
  const label = decode(groups.label ?? "");
  if (job === undefined || label === undefined) return undefined;
  const serial = Number(groups.serial);
  const name: TokenName = {
    server,
    repository,
    runId,
    runAttempt,
    job,
    use: use as TokenUse,
    nonce,
    serial,
    label,
  };
  return formatTokenName(name) === text ? name : undefined;
}

/** Lone surrogates cannot be encoded: they become the replacement character. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an encoding of ours, so not a name of ours.
    return undefined;
  }
}
