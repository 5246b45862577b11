import { globSync, readFileSync } from "node:fs";
import { readAssumptions } from "../../scripts/verify/assumptions.ts";
import { readPage } from "./markdown.ts";

const assumptions = readAssumptions();

/** Each word `assumed` of the sources, with what stands behind it. */
const named = globSync("src/**/*.ts").flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/\bassumed\b(?:: ([a-z0-9]+(?:-[a-z0-9]+)+))?/gi)].map(
    ([text, name]) => ({ path, text, name }),
  ),
);

test("whatever the sources mark as assumed has an entry on the page, which says so", () => {
  const known = assumptions.filter(({ source }) => source === "assumed").map(({ name }) => name);
  expect(named.filter(({ name }) => !known.includes(name ?? ""))).toEqual([]);
  expect(named.length).toBeGreaterThanOrEqual(15);
});

test("each entry of the page says where it comes from, what breaks without it, and how it is checked", () => {
  const entries = readPage("docs/how-we-know.md").split(/^### /m).slice(1);
  expect(assumptions).toHaveLength(entries.length);
  for (const entry of entries)
    expect(entry).toMatch(
      /^`[a-z0-9]+(-[a-z0-9]+)+`\n\n\*\*[^*]+\.\*\*\n\n- \*\*Source\*\*: .+\.\n- \*\*If it is wrong\*\*: .+\.\n- \*\*Check\*\*: .+\.\n/,
    );
  expect(new Set(assumptions.map(({ name }) => name)).size).toBe(assumptions.length);
  expect([...new Set(assumptions.map(({ source }) => source))].sort()).toEqual([
    "assumed",
    "documented",
    "recorded",
    "seen",
  ]);
});

test("what is documented, recorded or seen names a source that can be looked up", () => {
  const entries = readPage("docs/how-we-know.md").split(/^### /m).slice(1);
  const without = entries.filter(
    (entry) =>
      /\*\*Source\*\*: (Documented|Recorded|Seen)/.test(entry) && !/\*\*Source\*\*: .*\]\(https:/.test(entry),
  );
  expect(without.map((entry) => entry.split("\n")[0])).toEqual([]);
});
