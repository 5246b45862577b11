/**
 * What a token's name says, so that a person in Fastly's control panel, or a program, can tell which run
 * made it. Written as
 *
 *     fastly-ephemeral-token/1 OWNER/REPO/actions/runs/RUN/attempts/ATTEMPT job=JOB use=USE nonce=NONCE.SERIAL label=LABEL
 *
 * The second word is the path of the run below the GitHub server. JOB and LABEL are percent-encoded, so
 * that a space always ends a part; a name without a label ends with the nonce.
 */
export interface TokenName {
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

const mark = "fastly-ephemeral-token/1";

const pattern = new RegExp(
  [
    `^${mark}`,
    "(?<repository>[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)/actions/runs/(?<runId>\\d{1,15})/attempts/(?<runAttempt>\\d{1,10})",
    "job=(?<job>\\S+)",
    "use=(?<use>job|recovery|revoke|sweep)",
    "nonce=(?<nonce>[0-9a-f]{20})\\.(?<serial>[1-9]\\d{0,5})(?: label=(?<label>\\S+))?$",
  ].join(" "),
);

/** Writes a token's name. What does not fit the format (see `TokenName`) will not parse back. */
export function formatTokenName(name: TokenName): string {
  const { repository, runId, runAttempt, job, use, nonce, serial, label } = name;
  const run = `${repository}/actions/runs/${runId}/attempts/${runAttempt}`;
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
  const { repository = "", runId = "", runAttempt = "", use = "", nonce = "" } = groups;
  const job = decode(groups.job ?? "");
  const label = decode(groups.label ?? "");
  if (job === undefined || label === undefined) return undefined;
  const serial = Number(groups.serial);
  const name: TokenName = { repository, runId, runAttempt, job, use: use as TokenUse, nonce, serial, label };
  return formatTokenName(name) === text ? name : undefined;
}

/** Whether two names come from one and the same main step, whatever their use and serial. */
export function areOneFamily(a: TokenName, b: TokenName): boolean {
  return (
    formatTokenName({ ...a, use: "job", serial: 1 }) === formatTokenName({ ...b, use: "job", serial: 1 })
  );
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
