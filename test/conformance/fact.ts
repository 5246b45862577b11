import type { Settings } from "../support/emulator.ts";
import type { Account } from "./account.ts";
import type { Source } from "./sources.ts";

export type Request = {
  method: string;
  path: string;
  key?: string;
  form?: [string, string][];
  headers?: Record<string, string>;
  body?: string | FormData;
};

export type Fact = {
  says: string;
  source: Source | Source[];
  /** Of the emulator, where it leaves more than one way open. */
  settings?: Partial<Settings>;
  request(account: Account): Request | Promise<Request>;
  status: number;
  /** Of the body in JSON, with all of its keys; null for none. A function where it depends on the account. */
  body: unknown | ((account: Account) => unknown);
  /** By lower-case name: what a header's value is, or that it is not there (null). */
  headers?: Record<string, string | RegExp | null>;
};

/** What every answer of the API itself has been recorded with. */
const fromApi = {
  "content-type": "application/json",
  "cache-control": "no-store",
  vary: "Accept-Encoding",
  "retry-after": null,
};

/** Reads do not count, and their responses do not show the limit of writes. */
export const read = { ...fromApi, "fastly-ratelimit-remaining": null, "fastly-ratelimit-reset": null };

const limit = { "fastly-ratelimit-remaining": /^\d+$/, "fastly-ratelimit-reset": /^\d{10}$/ };

export const write = { ...fromApi, ...limit };

export const emptyWrite = { ...write, "content-type": null, vary: null };

/** What the edge answers without asking the API. */
export const fromEdge = {
  "cache-control": null,
  vary: null,
  "fastly-ratelimit-remaining": null,
  "fastly-ratelimit-reset": null,
};
