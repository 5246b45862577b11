import type { Fault } from "../support/emulator.ts";
import { cut, drip, edit, encode, inform, late, respond, stall, truncate } from "../support/faults.ts";

/** What a fault may have to know of where it happens. */
export type Site = {
  /** The server's time, in milliseconds since 1970. */
  now: number;
  /** A server that nothing may ever be sent to. */
  elsewhere: string;
};

/** A fault of the matrix: the emulator's own, or a port that nobody listens on. */
export type Trouble = {
  title: string;
  /** Whether it shows anything more when it does not end after one request. */
  worthRepeating: boolean;
  /** Whether it looks like another fault of this list to a request that changes nothing. */
  sameForReads?: true;
  /** Requests that it can meet, where it cannot meet all. */
  only?: (request: { method: string; path: string }) => boolean;
  fault: "refused" | ((site: Site) => Fault);
};

const page = "<!doctype html><h1>It works!</h1>";

/** What only requests for JSON can meet. */
const readsJson = ({ method }: { method: string }) => method !== "DELETE";
const creates = ({ method, path }: { method: string; path: string }) =>
  method === "POST" && path === "/tokens";
const gzipped = (encoding: "gzip" | "br" | "deflate") => ({
  title: `${encoding}, which nobody asked for`,
  worthRepeating: encoding === "gzip",
  only: readsJson,
  fault: () => encode(encoding),
});
const foreign = (status: number, what: string, body: unknown) => ({
  title: `${status} with ${what}`,
  worthRepeating: status === 403,
  fault: () => respond(status, body),
});

/** Far slower than any step waits, and never silent. */
const everyMs = 100;

export const troubles: readonly Trouble[] = [
  { title: "connection refused", worthRepeating: true, fault: "refused" },
  {
    title: "cut before it is carried out",
    worthRepeating: true,
    fault: () => cut("before"),
  },
  {
    title: "cut after it was carried out",
    worthRepeating: true,
    sameForReads: true,
    fault: () => cut("after"),
  },
  {
    title: "stall before it is carried out",
    worthRepeating: true,
    fault: () => stall("before"),
  },
  {
    title: "stall after it was carried out",
    worthRepeating: true,
    sameForReads: true,
    fault: () => stall("after"),
  },
  {
    title: "answer byte by byte",
    worthRepeating: false,
    fault: () => drip(everyMs),
  },
  {
    title: "truncated answer",
    worthRepeating: true,
    fault: () => truncate(),
  },
  {
    title: "200 with HTML",
    worthRepeating: true,
    fault: () => respond(200, page, { when: "after" }),
  },
  {
    title: "200 with nothing",
    worthRepeating: false,
    fault: () => respond(200, "", { when: "after" }),
  },
  {
    title: "429 with Retry-After",
    worthRepeating: true,
    fault: () => respond(429, "", { headers: { "Retry-After": "1" } }),
  },
  {
    title: "429 with Fastly-RateLimit-Reset",
    worthRepeating: false,
    fault: ({ now }) =>
      respond(429, "", {
        headers: {
          "Fastly-RateLimit-Remaining": "0",
          "Fastly-RateLimit-Reset": String(Math.ceil((now + 1500) / 1000)),
        },
      }),
  },
  {
    title: "429 without a word of when",
    worthRepeating: true,
    fault: () => respond(429, { msg: "Too many requests" }),
  },
  {
    title: "500 before it is carried out",
    worthRepeating: true,
    fault: () => respond(500, { msg: "Internal error" }),
  },
  {
    title: "500 after it was carried out",
    worthRepeating: true,
    sameForReads: true,
    fault: () => respond(500, { msg: "Internal error" }, { when: "after" }),
  },
  {
    title: "502 after it was carried out",
    worthRepeating: false,
    fault: () => respond(502, page, { when: "after" }),
  },
  {
    title: "503",
    worthRepeating: false,
    fault: () => respond(503),
  },
  {
    title: "redirect to elsewhere",
    worthRepeating: true,
    // 307 asks for the very same request again, credentials and all.
    fault: ({ elsewhere }) => respond(307, "", { headers: { Location: `${elsewhere}/tokens` } }),
  },
  {
    title: "redirect to elsewhere after it was carried out",
    worthRepeating: false,
    sameForReads: true,
    fault: ({ elsewhere }) => respond(302, "", { when: "after", headers: { Location: `${elsewhere}/` } }),
  },
  foreign(401, "HTML", page),
  foreign(401, "nothing", ""),
  foreign(403, "HTML", page),
  foreign(404, "HTML", page),
  foreign(404, "JSON of somebody else", { message: "Not Found" }),
  foreign(407, "HTML", page),
  foreign(203, "HTML", page),
  {
    title: "403 with HTML after it was carried out",
    worthRepeating: false,
    sameForReads: true,
    fault: () => respond(403, page, { when: "after" }),
  },
  {
    title: "404 with HTML after it was carried out",
    worthRepeating: true,
    sameForReads: true,
    fault: () => respond(404, page, { when: "after" }),
  },
  {
    title: "429 with Fastly's words",
    worthRepeating: false,
    fault: () =>
      respond(429, { msg: "You have exceeded your hourly rate limit." }, { headers: { "Retry-After": "0" } }),
  },
  {
    title: "504 after it was carried out",
    worthRepeating: false,
    sameForReads: true,
    fault: () => respond(504, "", { when: "after" }),
  },
  {
    title: "100 Continue before the answer",
    worthRepeating: true,
    fault: () => inform(100),
  },
  {
    title: "103 and 100 before the answer",
    worthRepeating: false,
    fault: () => inform(103, 100),
  },
  gzipped("gzip"),
  gzipped("br"),
  gzipped("deflate"),
  {
    title: "byte-order mark before the body",
    worthRepeating: true,
    only: readsJson,
    fault: () => edit({ prefix: "\ufeff" }),
  },
  ...[201, 202, 203].map((status) => ({
    title: `${status} with the token`,
    worthRepeating: status === 202,
    only: creates,
    fault: () => edit({ status }),
  })),
  {
    title: "no customer_id, no user_id",
    worthRepeating: false,
    only: readsJson,
    fault: () => edit({ drop: ["customer_id", "user_id"] }),
  },
  {
    title: "charset in the content type",
    worthRepeating: false,
    only: readsJson,
    fault: () => edit({ headers: { "content-type": "application/json; charset=utf-8" } }),
  },
  {
    title: "carried out a second late, the connection cut",
    worthRepeating: false,
    sameForReads: true,
    fault: () => late(1_000, "cut"),
  },
  {
    title: "carried out a second late, 503 meanwhile",
    worthRepeating: false,
    sameForReads: true,
    fault: () => late(1_000, { status: 503 }),
  },
  {
    title: "carried out half a second late",
    worthRepeating: false,
    sameForReads: true,
    fault: () => late(500, "wait"),
  },
];
