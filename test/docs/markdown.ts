import { readFileSync } from "node:fs";

/** The repository as its files name it, such as `octo-org/octo-repo`. */
export const repository: string = JSON.parse(readFileSync("package.json", "utf8")).repository.replace(
  /^github:/,
  "",
);

/** A page of the project, by its path from the root. */
export function readPage(path: string): string {
  return readFileSync(path, "utf8");
}

/** What stands below a heading such as `## Inputs`, up to the next one of its level or above. */
export function section(page: string, heading: string): string {
  const level = heading.indexOf(" ");
  const [, after] = page.split(`\n${heading}\n`);
  if (after === undefined) throw new Error(`no heading "${heading}"`);
  return after.split(new RegExp(`^#{1,${level}} `, "m"))[0] ?? "";
}

/** The code blocks of one language. */
export function codeBlocks(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language)
    .map(([, , code = ""]) => code);
}

/** The cells of the first table, row by row, without the heading. */
export function table(page: string): string[][] {
  const [, rows = ""] = /^\|(?: *-+ *\|)+\n((?:\|.*\|\n)*)/m.exec(page) ?? [];
  return rows
    .split("\n")
    .filter((row) => row !== "")
    .map((row) =>
      row
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** The text of a cell that is one piece of code, perhaps within a link. */
export function code(cell: string | undefined): string {
  const [, text] = /^\[?`([^`]+)`(?:\]\(\S+\))?$/.exec(cell ?? "") ?? [];
  if (text === undefined) throw new Error(`not code: ${cell}`);
  return text;
}
