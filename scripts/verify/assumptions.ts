import { readFileSync } from "node:fs";

/** One entry of docs/how-we-know.md. */
export interface Assumption {
  /** Its heading. */
  name: string;
  statement: string;
  /** `assumed`, or what it rests on, such as `recorded`. */
  source: string;
}

export const page = "docs/how-we-know.md";

/** What the page lists, in its order. */
export function readAssumptions(): Assumption[] {
  return readFileSync(page, "utf8")
    .split(/^### /m)
    .slice(1)
    .map((entry) => {
      const [, name = "", statement = "", source = ""] =
        /^`([a-z0-9-]+)`\n\n\*\*(.+?)\*\*\n\n- \*\*Source\*\*: (\w+)/s.exec(entry) ?? [];
      if (source === "")
        throw new Error(`${page}: cannot read the entry that begins ${JSON.stringify(entry.slice(0, 40))}`);
      return { name, statement: statement.replaceAll("\n", " "), source: source.toLowerCase() };
    });
}
