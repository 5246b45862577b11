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
  fault: "refused" | ((site: Site) => Fault);
};

const html = { body: "<!doctype html><h1>It works!</h1>", contentType: "text/html" };

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
];
