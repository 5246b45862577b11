import { formatTokenName, parseTokenName } from "../../src/token/token-name.ts";
import { code, codeBlocks, readPage, section, table } from "./markdown.ts";

const page = readPage("docs/token-names.md");
const [example = ""] = (codeBlocks(page, "text")[0] ?? "").split("\n");

test("the documented name is read as the page explains it", () => {
  const name = parseTokenName(example);
  expect(name).toEqual({
    server: "github.com",
    repository: "octo-org/site",
    runId: "9876543210",
    runAttempt: "2",
    job: "deploy",
    use: "job",
    nonce: "0123456789abcdef0123",
    serial: 1,
    label: "nightly purge",
  });
  expect(name && formatTokenName(name)).toBe(example);
});

test("the parts of the page, put together, are the documented name", () => {
  const parts = table(section(page, "## Parts")).map(([part = "", text]) =>
    part.startsWith("`") ? `${code(part)}=${code(text)}` : code(text),
  );
  expect(parts.join(" ")).toBe(example);
});

const strangers = codeBlocks(section(page, "## Reading"), "text").join("").trimEnd().split("\n");

test.each(strangers)("this is not read: %s", (text) => {
  expect(parseTokenName(text)).toBeUndefined();
});
