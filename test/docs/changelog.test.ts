import { readFileSync } from "node:fs";
import { readPage, repository, section } from "./markdown.ts";

const page = readPage("CHANGELOG.md");
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

test("the newest version is the package's, and links to its release", () => {
  const [, newest = "", date = ""] = /^## \[([\d.]+)\] - (\S+)$/m.exec(page) ?? [];
  expect(newest).toBe(version);
  expect(date).toMatch(/^(Unreleased|\d{4}-\d\d-\d\d)$/);
  expect(page).toContain(`[${version}]: https://github.com/${repository}/releases/tag/v${version}\n`);
});

test("every version has a link, and only sections of Keep a Changelog", () => {
  for (const [heading = "", linked = ""] of page.matchAll(/^## \[([\d.]+)\].*$/gm)) {
    expect(page).toMatch(new RegExp(`^\\[${linked}\\]: https://`, "m"));
    const kinds = [...section(page, heading).matchAll(/^### (.+)$/gm)].map(([, kind]) => kind);
    expect(kinds).not.toEqual([]);
    for (const kind of kinds)
      expect(["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]).toContain(kind);
  }
});
