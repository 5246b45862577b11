import { errorCodes } from "../../src/broker/service/refusal.ts";
import { code, readPage, table } from "./markdown.ts";

const pages = ["README", "policy", "operate", "errors", "threat-model"];

function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const words = heading.toLowerCase().replace(/[^\w\s-]/g, "");
    return words.replaceAll(" ", "-");
  });
}

test.each(pages)("every link of docs/broker/%s.md leads somewhere", (name) => {
  const path = `docs/broker/${name}.md`;
  const page = readPage(path);
  for (const [, target = ""] of page.matchAll(/\]\(([^)\s]+)\)/g)) {
    const { pathname, hash } = new URL(target, `file:///${path}`);
    const linked = readPage(pathname.slice(1));
    if (hash !== "") expect(anchorsOf(linked)).toContain(hash.slice(1));
  }
});

test("errors.md lists every error code, with the statuses that it comes with", () => {
  const documented = table(readPage("docs/broker/errors.md")).map(([name, statuses]) => [
    code(name),
    statuses?.split(", ").map(Number),
  ]);
  const real = Object.entries(errorCodes).map(([name, { status }]) => [
    name,
    expect.arrayContaining([status]),
  ]);
  expect(documented).toEqual(real);
});
