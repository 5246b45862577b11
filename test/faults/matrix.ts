import type { Circumstance } from "./circumstances.ts";
import { type Trouble, troubles } from "./faults.ts";
import { type Target, targets } from "./requests.ts";
import type { End, Incident, Lasting, Row } from "./row.ts";
import { moments, overtaken, type Signal, signals } from "./signals.ts";

/** Every request meets every fault once, and the job is none the worse for it. */
const onceRows = targets.flatMap((target) =>
  troublesOf(target).map((trouble) =>
    faultRow(target, trouble, "once", "succeeds", target.leaves ?? "all gone"),
  ),
);

/** A fault that lasts through main is over when post comes, and post leaves nothing. */
const mainsRows = endless("main", "all through its step", "all gone");

/** A fault that outlasts the job may leave a token to its expiry, and post says so. */
const endlessRows = [
  ...endless("post", "for ever", "gone or reported"),
  ...endless("main", "for ever", "gone or reported").filter(
    ({ incident }) => incident.kind === "fault" && incident.target.match.path === "/tokens",
  ),
];

/** Main ends at once, post goes on; only a kill ends post. */
const signalRows = targets.flatMap((target) =>
  moments.flatMap((moment) => signals.map((signal) => signalRow(target, moment, signal))),
);

const startRows = (["main", "post"] as const).flatMap((stage) =>
  signals.map(
    (signal): Row => ({
      title: `${signal} as ${stage} begins`,
      group: signal,
      circumstances: [],
      incident: { kind: "signal as the step begins", stage, signal },
      main: stage === "main" ? "may fail" : "succeeds",
      end: endAfter(stage, signal),
    }),
  ),
);

const overtakenRows = targets
  .filter(({ stage, match }) => stage === "main" && match.path === "/tokens")
  .flatMap((target) => signals.map((signal) => signalRow(target, overtaken, signal)));

/** Where a revoked token answers 403, a revocation whose answer is lost looks like one that is forbidden. */
const ambiguousRows = targets
  .filter(({ match }) => match.method === "DELETE")
  .flatMap((target) =>
    troubles
      .filter(({ sameForReads }) => sameForReads)
      .map((trouble) => {
        const row = faultRow(target, trouble, "once", "succeeds", "all gone");
        const circumstances = [...row.circumstances, "revoked tokens answer 403"] as const;
        return { ...row, circumstances, title: `${row.title}, where revoked tokens answer 403` };
      }),
  );

/** Wrong credentials are sent again only where no answer said so; post cannot look for a token with them. */
const wrongPasswordRows = targets
  .filter(({ title }) => title === "main's create")
  .flatMap((target) =>
    (["once", "for ever"] as const).flatMap((lasting) =>
      troublesOf(target)
        .filter(({ worthRepeating }) => worthRepeating)
        .map((trouble): Row => {
          const row = faultRow(target, trouble, lasting, "fails", "gone or reported");
          const circumstances: Circumstance[] = [...row.circumstances, "wrong password"];
          return { ...row, circumstances, group: "wrong password", title: `wrong password: ${row.title}` };
        }),
    ),
  );

const plainRows: Row[] = [
  plainRow("nothing goes wrong", [], "succeeds"),
  plainRow("wrong password", ["wrong password"], "fails"),
  plainRow("no token may revoke itself", ["revoking oneself forbidden"], "succeeds"),
  plainRow(
    "no token may revoke itself, nor the wrong one that main made",
    ["revoking oneself forbidden", "server's clock behind"],
    "succeeds",
  ),
  plainRow("post at once", ["post at once"], "succeeds"),
  plainRow("a token that is not known everywhere yet", ["token not known yet"], "succeeds"),
  plainRow("a create that is carried out late", ["create carried out late", "post at once"], "succeeds"),
  plainRow(
    "a lost create, where names are cut",
    ["create's answer lost", "names cut to 128 bytes"],
    "succeeds",
  ),
  plainRow(
    "a create that is carried out late, where names are cut",
    ["create carried out late", "names cut to 128 bytes", "post at once"],
    "succeeds",
  ),
  plainRow(
    "revoke is false, and a create's answer is lost",
    ["revoke is false", "create's answer lost"],
    "succeeds",
  ),
];

/** First, because each of them waits for half a minute, twice. */
const twoFactorRows: Row[] = [
  plainRow(
    "two-factor authentication, and a create's answer is lost",
    ["two-factor authentication", "create's answer lost"],
    "succeeds",
  ),
  plainRow(
    "two-factor authentication, and post's revoke is forbidden",
    ["two-factor authentication", "post's revoke forbidden"],
    "succeeds",
  ),
];

export const rows: readonly Row[] = [
  ...twoFactorRows,
  ...plainRows,
  ...onceRows,
  ...mainsRows,
  ...endlessRows,
  ...signalRows,
  ...startRows,
  ...overtakenRows,
  ...ambiguousRows,
  ...wrongPasswordRows,
];

function troublesOf(target: Target): Trouble[] {
  return troubles.filter(
    ({ sameForReads, only }) =>
      (target.changes || !sameForReads) && (only === undefined || only(target.match)),
  );
}

function endless(stage: Target["stage"], lasting: Lasting, end: End): Row[] {
  return targets
    .filter((target) => target.stage === stage)
    .flatMap((target) =>
      troublesOf(target)
        .filter(({ worthRepeating }) => worthRepeating)
        .map((trouble) =>
          faultRow(target, trouble, lasting, stage === "main" ? "may fail" : "succeeds", end),
        ),
    );
}

function faultRow(target: Target, trouble: Trouble, lasting: Lasting, main: Row["main"], end: End): Row {
  return {
    title: `${target.title} meets ${lasting}: ${trouble.title}`,
    group: trouble.title,
    circumstances: [...target.circumstances, ...(isLate(trouble) ? (["post at once"] as const) : [])],
    incident: { kind: "fault", target, trouble, lasting },
    main,
    end,
  };
}

function signalRow(target: Target, moment: (typeof moments)[number], signal: Signal): Row {
  return {
    title: `${signal} while ${target.title} is under way: ${moment.title}`,
    group: signal,
    circumstances: [...target.circumstances, ...(moment === overtaken ? (["post at once"] as const) : [])],
    incident: { kind: "signal", target, moment, signal },
    main: target.stage === "main" ? "may fail" : "succeeds",
    end: endAfter(target.stage, signal) === "all gone" ? (target.leaves ?? "all gone") : "gone by itself",
  };
}

/** What is carried out late must be found by a post that comes at once. */
function isLate({ title }: Trouble): boolean {
  return title.startsWith("carried out") && title.includes("late");
}

function endAfter(stage: Target["stage"], signal: Signal): End {
  return stage === "post" && signal === "SIGKILL" ? "gone by itself" : "all gone";
}

function plainRow(title: string, circumstances: readonly Circumstance[], main: Row["main"]): Row {
  const incident: Incident = { kind: "none" };
  return { title, group: "no fault", circumstances, incident, main, end: "all gone" };
}
