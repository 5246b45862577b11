import type { Fault } from "../support/emulator.ts";

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
  /** Whether it tells anything more when it does not end after one request. */
  worthRepeating: boolean;
  /** Whether a request that changes nothing cannot tell it from another fault of this list. */
  sameForReads?: true;
  /** Requests that it can meet, where it cannot meet all. */
  only?: (request: { method: string; path: string }) => boolean;
  fault: "refused" | ((site: Site) => Fault);
};

const html = { body: "<!doctype html><h1>It works!</h1>", contentType: "text/html" };

/** What only requests for JSON can meet. */
const readsJson = ({ method }: { method: string }) => method !== "DELETE";
const creates = ({ method, path }: { method: string; path: string }) =>
  method === "POST" && path === "/tokens";
const gzipped = (encoding: "gzip" | "br" | "deflate") => ({
  title: `${encoding}, which nobody asked for`,
  worthRepeating: encoding === "gzip",
  only: readsJson,
  fault: () => ({ kind: "encode", encoding }) as const,
});
const foreign = (status: number, what: string, answer: { body?: string; contentType?: string }) => ({
  title: `${status} with ${what}`,
  worthRepeating: status === 403,
  fault: () => ({ kind: "answer", when: "before", status, ...answer }) as const,
});

/** Far slower than any step waits, and never silent. */
const everyMs = 100;

export const troubles: readonly Trouble[] = [
  { title: "connection refused", worthRepeating: true, fault: "refused" },
  {
    title: "cut before it is carried out",
    worthRepeating: true,
    fault: () => ({ kind: "cut", when: "before" }),
  },
  {
    title: "cut after it was carried out",
    worthRepeating: true,
    sameForReads: true,
    fault: () => ({ kind: "cut", when: "after" }),
  },
  {
    title: "stall before it is carried out",
    worthRepeating: true,
    fault: () => ({ kind: "stall", when: "before" }),
  },
  {
    title: "stall after it was carried out",
    worthRepeating: true,
    sameForReads: true,
    fault: () => ({ kind: "stall", when: "after" }),
  },
  {
    title: "answer byte by byte",
    worthRepeating: false,
    fault: () => ({ kind: "drip", when: "after", everyMs }),
  },
  {
    title: "truncated answer",
    worthRepeating: true,
    fault: () => ({ kind: "truncate" }),
  },
  {
    title: "200 with HTML",
    worthRepeating: true,
    fault: () => ({ kind: "answer", when: "after", status: 200, ...html }),
  },
  {
    title: "200 with nothing",
    worthRepeating: false,
    fault: () => ({ kind: "answer", when: "after", status: 200 }),
  },
  {
    title: "429 with Retry-After",
    worthRepeating: true,
    fault: () => ({ kind: "answer", when: "before", status: 429, headers: { "Retry-After": "1" } }),
  },
  {
    title: "429 with Fastly-RateLimit-Reset",
    worthRepeating: false,
    fault: ({ now }) => ({
      kind: "answer",
      when: "before",
      status: 429,
      headers: {
        "Fastly-RateLimit-Remaining": "0",
        "Fastly-RateLimit-Reset": String(Math.ceil((now + 1500) / 1000)),
      },
    }),
  },
  {
    title: "429 without a word of when",
    worthRepeating: true,
    fault: () => ({ kind: "answer", when: "before", status: 429, body: '{"msg":"Too many requests"}' }),
  },
  {
    title: "500 before it is carried out",
    worthRepeating: true,
    fault: () => ({ kind: "answer", when: "before", status: 500, body: '{"msg":"Internal error"}' }),
  },
  {
    title: "500 after it was carried out",
    worthRepeating: true,
    sameForReads: true,
    fault: () => ({ kind: "answer", when: "after", status: 500, body: '{"msg":"Internal error"}' }),
  },
  {
    title: "502 after it was carried out",
    worthRepeating: false,
    fault: () => ({ kind: "answer", when: "after", status: 502, ...html }),
  },
  {
    title: "503",
    worthRepeating: false,
    fault: () => ({ kind: "answer", when: "before", status: 503 }),
  },
  {
    title: "redirect to elsewhere",
    worthRepeating: true,
    // 307 asks for the very same request again, credentials and all.
    fault: ({ elsewhere }) => ({
      kind: "answer",
      when: "before",
      status: 307,
      headers: { Location: `${elsewhere}/tokens` },
    }),
  },
  {
    title: "redirect to elsewhere after it was carried out",
    worthRepeating: false,
    sameForReads: true,
    fault: ({ elsewhere }) => ({
      kind: "answer",
      when: "after",
      status: 302,
      headers: { Location: `${elsewhere}/` },
    }),
  },
  foreign(401, "HTML", html),
  foreign(401, "nothing", {}),
  foreign(403, "HTML", html),
  foreign(404, "HTML", html),
  foreign(404, "JSON of somebody else", { body: '{"message":"Not Found"}', contentType: "application/json" }),
  foreign(407, "HTML", html),
  foreign(203, "HTML", html),
  {
    title: "403 with HTML after it was carried out",
    worthRepeating: false,
    sameForReads: true,
    fault: () => ({ kind: "answer", when: "after", status: 403, ...html }),
  },
  {
    title: "404 with HTML after it was carried out",
    worthRepeating: true,
    sameForReads: true,
    fault: () => ({ kind: "answer", when: "after", status: 404, ...html }),
  },
  {
    title: "429 with Fastly's words",
    worthRepeating: false,
    fault: () => ({
      kind: "answer",
      when: "before",
      status: 429,
      headers: { "Retry-After": "0" },
      body: '{"msg":"You have exceeded your hourly rate limit."}',
    }),
  },
  {
    title: "504 after it was carried out",
    worthRepeating: false,
    sameForReads: true,
    fault: () => ({ kind: "answer", when: "after", status: 504 }),
  },
  {
    title: "100 Continue before the answer",
    worthRepeating: true,
    fault: () => ({ kind: "informational", statuses: [100] }),
  },
  {
    title: "103 and 100 before the answer",
    worthRepeating: false,
    fault: () => ({ kind: "informational", statuses: [103, 100] }),
  },
  gzipped("gzip"),
  gzipped("br"),
  gzipped("deflate"),
  {
    title: "byte-order mark before the body",
    worthRepeating: true,
    only: readsJson,
    fault: () => ({ kind: "edit", prefix: "\ufeff" }),
  },
  ...[201, 202, 203].map((status) => ({
    title: `${status} with the token`,
    worthRepeating: status === 202,
    only: creates,
    fault: () => ({ kind: "edit", status }) as const,
  })),
  {
    title: "no customer_id, no user_id",
    worthRepeating: false,
    only: readsJson,
    fault: () => ({ kind: "edit", drop: ["customer_id", "user_id"] }),
  },
  {
    title: "charset in the content type",
    worthRepeating: false,
    only: readsJson,
    fault: () => ({ kind: "edit", headers: { "content-type": "application/json; charset=utf-8" } }),
  },
  {
    title: "carried out a second late, the connection cut",
    worthRepeating: false,
    sameForReads: true,
    fault: () => ({ kind: "late", ms: 1_000, meanwhile: "cut" }),
  },
  {
    title: "carried out a second late, 503 meanwhile",
    worthRepeating: false,
    sameForReads: true,
    fault: () => ({ kind: "late", ms: 1_000, meanwhile: { status: 503 } }),
  },
  {
    title: "carried out half a second late",
    worthRepeating: false,
    sameForReads: true,
    fault: () => ({ kind: "late", ms: 500, meanwhile: "wait" }),
  },
];
