import { ReplyError } from "ioredis";
import { certificateFault, codeOf, speaksNoTls } from "../http/node-failures.ts";

/** What failed, and what to do. */
type Words = readonly [what: string, remedy: string];

const correctUrl = "in the store's URL";
const unresolved: Words = [
  "cannot be reached: its host name is not resolved",
  `Correct the host ${correctUrl}, or this machine's DNS.`,
];
const unrouted: Words = [
  "cannot be reached: no route leads to it",
  `Correct the host ${correctUrl}, or the network.`,
];
const silent: Words = [
  "cannot be reached: it does not respond",
  `Start it, or correct the host and port ${correctUrl}: rediss:// is for a port that uses TLS. A firewall may be in the way.`,
];
const closed: Words = [
  "closed the connection",
  "If that goes on, read its log. A port that uses TLS takes rediss://.",
];

const words: Readonly<Record<string, Words>> = {
  ECONNREFUSED: [
    "cannot be reached: no program listens there",
    `Start it, or correct the host and port ${correctUrl}.`,
  ],
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  EHOSTUNREACH: unrouted,
  ENETUNREACH: unrouted,
  ETIMEDOUT: silent,
  ECONNRESET: closed,
  EPIPE: closed,
  closed,
  WRONGPASS: ["rejects the user or the password", `Correct them ${correctUrl}.`],
  NOAUTH: ["asks for a password", `Write it into the store's URL: rediss://USER:PASSWORD@HOST:PORT.`],
  NOPERM: ["does not let its user run a command", "Give that user +@all on the broker's keys."],
  READONLY: ["is a replica, which takes no writes", `Name the primary ${correctUrl}.`],
  LOADING: ["still loads its data", "Wait until it has."],
  MISCONF: ["cannot save its data and takes no writes", "Free space on its disk, and read its log."],
  OOM: ["has no memory left", "Raise its maxmemory."],
};

/**
 * The word that Redis begins an error with, or the code of a server that does not respond. The rest of an error is not
 * passed on: it may hold the URL, and with it a password.
 */
export function wordOf(error: Error): string | undefined {
  if (error instanceof ReplyError) return /^[A-Z]+/.exec(error.message)?.[0];
  // As the client words it, without a code.
  return error.message === "Command timed out" ? "ETIMEDOUT" : undefined;
}

/** What is wrong with the store, and what to do, in a line. */
export function storeFault(url: string, error: Error): string {
  const code = wordOf(error) ?? codeOf(error);
  const [what, remedy] = wordsOf(error, code);
  return lineOf(url, `${what} (${code})`, remedy);
}

/** As `storeFault`, for a connection that has ended without an error. */
export function connectionClosed(url: string): string {
  const [what, remedy] = closed;
  return lineOf(url, what, remedy);
}

/** The oldest Redis whose scripts may read the time and write. */
const oldest = 5;

/** What is wrong with a server of this version, as its `INFO` states it. Valkey states that of the Redis it is like. */
export function versionFault(url: string, info: string): string | undefined {
  const version = /^redis_version:([\d.]{1,20})/m.exec(info)?.[1] ?? "";
  if (version === "" || Number.parseInt(version, 10) >= oldest) return undefined;
  return lineOf(url, `is Redis ${version}, which is too old`, `Use Redis ${oldest}.0 or newer, or Valkey.`);
}

function wordsOf(error: Error, code: string): Words {
  const certificate = certificateFault(code);
  if (certificate !== undefined)
    return [
      `cannot be trusted: its certificate ${certificate}`,
      "Name the file of its private authority in NODE_EXTRA_CA_CERTS, or replace the certificate.",
    ];
  if (speaksNoTls(error, code))
    return ["does not use TLS on that port", `Correct the port ${correctUrl}; redis:// is for loopback.`];
  if (/^ERR_(?:SSL|OSSL|TLS)_|^EPROTO$/.test(code))
    return [
      "cannot be reached over TLS",
      "Compare its versions of TLS and its certificate with this Node's.",
    ];
  return words[code] ?? ["cannot be used", "Read its log."];
}

/** The URL may hold a password: its host and port alone are named. */
function lineOf(url: string, what: string, remedy: string): string {
  const { hostname, port } = new URL(url);
  return `The store at ${hostname}:${port || 6379} ${what}. ${remedy} No token is created until it can be used.`;
}
