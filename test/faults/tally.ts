import type { Judgement } from "./judge.ts";

export function tally(judgements: readonly Judgement[]): string {
  const { rows, failed, leaked, locked, leakedSecrets } = count(judgements);
  return `fault matrix: ${rows} rows, failed ${failed}, leaked ${leaked}, locked ${locked}, leaked secrets ${leakedSecrets}`;
}

const columns = ["rows", "failed", "leaked", "left to expire", "locked", "leaked secrets"] as const;

/** The tally of each fault and signal. */
export function table(judgements: readonly Judgement[]): string {
  const groups = [...Map.groupBy(judgements, ({ row }) => row.group)];
  const width = Math.max(...groups.map(([group]) => group.length));
  const line = (first: string, cells: readonly (string | number)[]) =>
    [first.padEnd(width), ...cells.map((cell, at) => String(cell).padStart(columns[at]?.length ?? 0))].join(
      "  ",
    );
  return [
    line("", columns),
    ...groups.map(([group, members]) => line(group, Object.values(count(members)))),
  ].join("\n");
}

/** In the order of the columns. */
function count(judgements: readonly Judgement[]) {
  const sum = (of: (judgement: Judgement) => number) => judgements.reduce((total, one) => total + of(one), 0);
  return {
    rows: judgements.length,
    failed: sum(({ problems }) => (problems.length > 0 ? 1 : 0)),
    leaked: sum(({ leaked }) => leaked),
    leftToExpire: sum(({ leftToExpire }) => leftToExpire),
    locked: sum(({ locked }) => (locked ? 1 : 0)),
    leakedSecrets: sum(({ leakedSecrets }) => leakedSecrets),
  };
}
