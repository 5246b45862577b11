import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readPage } from "./markdown.ts";

const pages = globSync(["*.md", "docs/**/*.md"]).sort();

const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));

describe.each(pages)("%s", (path) => {
  const page = readPage(path);

  test("names no file of the project that there is not", () => {
    const named = [...page.matchAll(/\b(?:test|src|scripts|emulator)\/[\w./-]*\w/g)].map(([file]) => file);
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  test("names no script that there is not", () => {
    // What an example's repository runs is its own matter.
    const prose = page.replace(/^```yaml$.*?^```$/gms, "");
    const named = [...prose.matchAll(/npm run (?:--silent |-s )?([\w:-]+)/g)].map(
      ([, script = ""]) => script,
    );
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  test("names tests in footnotes alone, each of which its text refers to", () => {
    // What contributors read is about tests.
    if (path === "CONTRIBUTING.md") return;
    const footnotes = [...page.matchAll(/^\[\^([\w-]+)\]: .*\n(?: {4}.*\n)*/gm)];
    const prose = footnotes.reduce((rest, [footnote]) => rest.replace(footnote, ""), page);
    expect(prose.match(/\btest\/[\w./-]+\.ts/g) ?? []).toEqual([]);
    const used = new Set([...prose.matchAll(/\[\^([\w-]+)\]/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual(footnotes.map(([, name]) => name).sort());
  });

  test("has only links that lead somewhere", () => {
    const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    expect(links.filter((link) => !leadsSomewhere(link, path))).toEqual([]);
  });
});

test("docs/README.md leads to every page", () => {
  const index = readPage("docs/README.md");
  const listed = [...index.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = ""]) => join("docs", link));
  expect(pages.filter((path) => path.startsWith("docs/") && !listed.includes(path))).toEqual([
    "docs/README.md",
  ]);
});

test("what leads nowhere would be found", () => {
  expect(leadsSomewhere("security.md#no-such-heading", "docs/recipes.md")).toBe(false);
  expect(leadsSomewhere("no-such-page.md", "docs/recipes.md")).toBe(false);
});

test("each claim of the threat model about this action names what shows it", () => {
  const named = readPage("docs/security.md").match(/^\[\^[\w-]+\]: \[test\//gm) ?? [];
  expect(new Set(named).size).toBeGreaterThanOrEqual(12);
});

function leadsSomewhere(link: string, from: string): boolean {
  if (link.startsWith("https://")) return true;
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? from : join(dirname(from), file);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readPage(target)).includes(anchor);
}

/** What GitHub makes of headings. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}
