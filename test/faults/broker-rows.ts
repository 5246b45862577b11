import type { Fault as FastlyFault, FaultRule } from "../support/emulator.ts";
import { cut, delay, edit, late, respond, truncate } from "../support/faults.ts";
import type { FrontFault } from "../support/front.ts";
import type { Fault as GitHubFault } from "../support/github-oidc.ts";
import type { Stage } from "../support/runner.ts";

/** One line of the matrix: one job that gets its token through a broker, and what happens meanwhile. */
export type BrokerRow = {
  title: string;
  stage: Stage;
  event: BrokerEvent;
  /** Whether an answer to main's first exchange is lost, so that post has the broker look for its token. */
  isAnswerLost: boolean;
  main: "succeeds" | "may fail";
  /** `gone or reported`: what is left lives no longer than its expiry, and post names it. */
  end: "all gone" | "gone or reported";
};

export type BrokerEvent =
  | { kind: "none" }
  | { kind: "GitHub's fault"; fault: GitHubFault; times: number | "always" }
  | { kind: "fault before the broker"; path: string; fault: FrontFault; times: number | "always" }
  | { kind: "Fastly's fault"; match: FaultRule["match"]; fault: FastlyFault; times: number | "always" }
  /** The broker is killed while a request of its own to Fastly has come so far. */
  | { kind: "broker killed"; match: FaultRule["match"]; phase: "received" | "committed" | "answered" }
  | { kind: "broker restarted before the step" }
  | { kind: "broker gone before the step" }
  | { kind: "another instance answers" }
  | { kind: "signal"; signal: "SIGINT" | "SIGTERM" | "SIGKILL"; phase: "received" | "committed" | "answered" }
  | { kind: "GitHub is down" }
  | { kind: "keys rotated" }
  /** The broker has asked for the first new key just now. */
  | { kind: "keys rotated twice" };

const page = "<html><h1>Bad gateway</h1></html>";

const githubFaults: Record<string, GitHubFault> = {
  "403": { kind: "respond", status: 403, body: "" },
  "500": { kind: "respond", status: 500, body: "" },
  "HTML with 200": { kind: "respond", status: 200, headers: { "content-type": "text/html" }, body: page },
  "the end of the connection": { kind: "cut" },
  "a slow answer": delay(1_000),
  "no answer": { kind: "stall" },
};

const frontFaults: Record<string, FrontFault> = {
  "the end of the connection": cut("before"),
  "the end of the connection, its answer lost": cut("after"),
  "502 with HTML": respond(502, page),
  "502 with HTML, its answer lost": respond(502, page, { when: "after" }),
  "503 with HTML": respond(503, page),
  "504 with HTML, its answer lost": respond(504, page, { when: "after" }),
  "200 with HTML": respond(200, page),
  "403 with HTML": respond(403, page),
  "a redirect": respond(307, "", { headers: { location: "http://127.0.0.1:9/" } }),
  "half an answer": truncate(),
};

const fastlyFaults: Record<string, FastlyFault> = {
  "the end of the connection": cut("before"),
  "the end of the connection, its answer lost": cut("after"),
  "500": respond(500),
  "500, its answer lost": respond(500, "", { when: "after" }),
  "503 with HTML": respond(503, page),
  "200 with HTML": respond(200, page),
  "half an answer": truncate(),
  "a second's delay": delay(1_000),
  "the end of the connection, carried out late": late(1_000, "cut"),
};

const widerResponses: Record<string, FastlyFault> = {
  "a wider scope": edit({ set: { scope: "global" } }),
  "every service": edit({ set: { services: [] } }),
  "no expiry": edit({ set: { expires_at: null } }),
  "no ID": edit({ drop: ["id"] }),
};

const create = { method: "POST", path: "/tokens" };
const selfRevoke = { method: "DELETE", path: "/tokens/self" };
const list = { method: "GET", path: "/tokens" };
const revoke = { method: "DELETE", path: "/tokens/:id" };

type Part = Partial<BrokerRow> & Pick<BrokerRow, "title" | "event">;

function row(part: Part): BrokerRow {
  return { stage: "main", isAnswerLost: false, main: "succeeds", end: "all gone", ...part };
}

const mainRows: Part[] = [
  ...Object.entries(githubFaults).map(
    ([title, fault]): Part => ({
      title: `main's request for a JWT meets ${title}`,
      event: { kind: "GitHub's fault", fault, times: 1 },
    }),
  ),
  ...Object.entries<FrontFault>({ ...frontFaults, "a repetition": { kind: "repeat" } }).map(
    ([title, fault]): Part => ({
      title: `main's exchange meets ${title}`,
      event: { kind: "fault before the broker", path: "/v1/token", fault, times: 1 },
      // A token was handed out, or a JWT used up: these are not asked for twice.
      main: fault.kind === "truncate" || fault.kind === "repeat" ? "may fail" : "succeeds",
    }),
  ),
  ...["502 with HTML", "the end of the connection, its answer lost"].map(
    (title): Part => ({
      title: `main's exchange always meets ${title}`,
      event: {
        kind: "fault before the broker",
        path: "/v1/token",
        fault: frontFaults[title] ?? truncate(),
        times: "always",
      },
      main: "may fail",
    }),
  ),
  ...Object.entries({ ...fastlyFaults, ...widerResponses }).map(
    ([title, fault]): Part => ({
      title: `the broker's create meets ${title}`,
      event: { kind: "Fastly's fault", match: create, fault, times: 1 },
      main:
        title in widerResponses || title === "200 with HTML" || title === "half an answer"
          ? "may fail"
          : "succeeds",
    }),
  ),
  ...["500", "500, its answer lost", "the end of the connection, its answer lost"].map(
    (title): Part => ({
      title: `the broker's create always meets ${title}, until main is over`,
      event: {
        kind: "Fastly's fault",
        match: create,
        fault: fastlyFaults[title] ?? truncate(),
        times: "always",
      },
      main: "may fail",
    }),
  ),
  ...(["received", "committed", "answered"] as const).map(
    (phase): Part => ({
      title: `the broker is killed when its create was ${phase}`,
      event: { kind: "broker killed", match: create, phase },
    }),
  ),
  ...(["SIGINT", "SIGTERM", "SIGKILL"] as const).flatMap((signal) =>
    (["received", "committed", "answered"] as const).map(
      (phase): Part => ({
        title: `${signal} to main when the broker's create was ${phase}`,
        event: { kind: "signal", signal, phase },
        main: "may fail",
      }),
    ),
  ),
  { title: "the broker was restarted before main", event: { kind: "broker restarted before the step" } },
  { title: "the broker is gone", event: { kind: "broker gone before the step" }, main: "may fail" },
  { title: "GitHub is down", event: { kind: "GitHub is down" }, main: "may fail" },
  { title: "the issuer's keys were rotated", event: { kind: "keys rotated" } },
  {
    title: "the issuer's keys were rotated twice within a minute",
    event: { kind: "keys rotated twice" },
    main: "may fail",
  },
];

const postRows: Part[] = [
  ...Object.entries(fastlyFaults).map(
    ([title, fault]): Part => ({
      title: `post's revoke meets ${title}`,
      event: { kind: "Fastly's fault", match: selfRevoke, fault, times: 1 },
    }),
  ),
  {
    title: "post's revoke is forbidden",
    event: {
      kind: "Fastly's fault",
      match: selfRevoke,
      fault: respond(403, { msg: "Forbidden" }),
      times: 1,
    },
  },
  { title: "the broker is gone when post comes", event: { kind: "broker gone before the step" } },
];

/** Main's first answer was lost: post asks the broker for it. */
const recoveryRows: Part[] = [
  { title: "nothing else goes wrong", event: { kind: "none" } },
  ...Object.entries(githubFaults).map(
    ([title, fault]): Part => ({
      title: `post's request for a JWT meets ${title}`,
      event: { kind: "GitHub's fault", fault, times: 1 },
    }),
  ),
  ...Object.entries({ ...frontFaults, "a repetition": { kind: "repeat" } as const }).map(
    ([title, fault]): Part => ({
      title: `post's request to the broker meets ${title}`,
      event: { kind: "fault before the broker", path: "/v1/end", fault, times: 1 },
    }),
  ),
  ...Object.entries({
    "the broker's key": create,
    "the broker's list": list,
    "the broker's revoke": revoke,
  }).flatMap(([target, match]) =>
    Object.entries(fastlyFaults).map(
      ([title, fault]): Part => ({
        title: `${target} meets ${title}`,
        event: { kind: "Fastly's fault", match, fault, times: 1 },
      }),
    ),
  ),
  ...(["received", "committed"] as const).flatMap((phase) =>
    Object.entries({ list, revoke }).map(
      ([target, match]): Part => ({
        title: `the broker is killed when its ${target} was ${phase}`,
        event: { kind: "broker killed", match, phase },
      }),
    ),
  ),
  { title: "the broker was restarted before post", event: { kind: "broker restarted before the step" } },
  { title: "another instance answers post", event: { kind: "another instance answers" } },
  {
    title: "GitHub is down",
    event: { kind: "GitHub is down" },
    end: "gone or reported",
  },
  { title: "the issuer's keys were rotated", event: { kind: "keys rotated" } },
  {
    title: "the broker is gone for good",
    event: { kind: "broker gone before the step" },
    end: "gone or reported",
  },
  {
    title: "GitHub gives no JWT any more",
    event: { kind: "GitHub's fault", fault: { kind: "respond", status: 401, body: "" }, times: "always" },
    end: "gone or reported",
  },
  {
    title: "the broker's list always fails",
    event: {
      kind: "Fastly's fault",
      match: list,
      fault: respond(500),
      times: "always",
    },
    end: "gone or reported",
  },
];

export const brokerRows: readonly BrokerRow[] = [
  row({ title: "nothing goes wrong", event: { kind: "none" } }),
  ...mainRows.map((part) => row(part)),
  ...postRows.map((part) => row({ ...part, stage: "post" })),
  ...recoveryRows.map((part) =>
    row({ ...part, title: `after a lost answer: ${part.title}`, stage: "post", isAnswerLost: true }),
  ),
];
