import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readPage, table } from "./markdown.ts";

const path = "docs/broker/threat-model.md";
const page = readPage(path);

/** Footnotes such as `[^fork]: ["title"](file), ["title"](file)`. */
const footnotes = new Map(
  [...page.matchAll(/^\[\^(\w+)\]: (.*)$/gm)].map(([, name = "", text = ""]) => [name, text]),
);

test.each(table(page))("%s: each test that the page names is there", (_threat, _defence, note = "") => {
  const [, name = ""] = /^\[\^(\w+)\]$/.exec(note) ?? [];
  const tests = [...(footnotes.get(name) ?? "").matchAll(/\["([^"]+)"\]\(([^)]+)\)/g)];
  expect(tests.length).toBeGreaterThan(0);
  for (const [, title = "", file = ""] of tests)
    expect(readFileSync(join(dirname(path), file), "utf8")).toContain(title);
});

test("each footnote belongs to a threat", () => {
  const used = table(page).map(([, , note]) => note?.slice(2, -1));
  expect([...footnotes.keys()]).toEqual(used);
});
