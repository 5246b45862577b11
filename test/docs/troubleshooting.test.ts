import { globSync, readFileSync } from "node:fs";
import ts from "typescript";
import { codeBlocks, readPage } from "./markdown.ts";

/** What the actions print, a message a line, with `<…>` for what differs. */
const documented = codeBlocks(readPage("docs/troubleshooting.md"), "text").join("").trimEnd().split("\n");
const fixedParts = documented.flatMap((line) => line.split(/<[a-z]+>/));

/** The broker has pages of its own; no action listens. */
const sources = globSync("src/**/*.ts").filter(
  (path) => !path.startsWith("src/broker/") && path !== "src/http/node-listen.ts",
);
const literals = sources.flatMap((path) => literalsOf(path, readFileSync(path, "utf8")));

/** Two words at least; the other literals are names, separators, headers, and words within a sentence. */
const sentences = literals.filter(
  ({ text }) => /[a-z]{2,}[,;:]? [a-z]{2,}/i.test(text) && !/^[A-Z][\w-]+: \w+ $/.test(text),
);

test.each(readErrorWords())("the page explains %s, with its remedy", (_code, what, remedy) => {
  expect(documented).toContain(`${what} ${remedy}`);
});

test("every sentence of the code stands on the page", () => {
  const missing = sentences.filter(({ text }) => !documented.some((line) => line.includes(text.trim())));
  expect(missing).toEqual([]);
  expect(sentences.length).toBeGreaterThan(100);
});

test("every message of the page is made of what the code says", () => {
  const pieces = [...new Set(literals.flatMap(({ text }) => [text, text.trim()]))].filter(isPiece);
  const unknown = fixedParts.filter((part) => !isMadeOf(part, pieces) && !isMadeOf(lowerFirst(part), pieces));
  expect(unknown).toEqual([]);
});

test.each(["Fastly rejected the username, the password or the weather.", "Revoked the given Fastly"])(
  "what the code does not say would be found: %s",
  (text) => {
    expect(isMadeOf(text, literals.map((literal) => literal.text).filter(isPiece))).toBe(false);
  },
);

/** The entries of `errorWords`, each as its code, what it means, and what to do. */
function readErrorWords(): string[][] {
  const file = parsed("src/action/words/errors.ts", readFileSync("src/action/words/errors.ts", "utf8"));
  const entries = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .filter(({ name }) => name.getText() === "errorWords")
    .flatMap(({ initializer }) => (initializer ? propertiesOf(initializer) : []));
  return entries.map(({ name, initializer }) => [
    name.getText(),
    ...propertiesOf(initializer).map(({ initializer: words }) => (isText(words) ? words.text : "")),
  ]);
}

function propertiesOf(node: ts.Expression): ts.PropertyAssignment[] {
  return ts.isObjectLiteralExpression(node) ? node.properties.filter(ts.isPropertyAssignment) : [];
}

function parsed(path: string, source: string): ts.SourceFile {
  return ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
}

/** The texts that a module can print, piece by piece as its templates have them. */
function literalsOf(path: string, source: string): { path: string; text: string }[] {
  const found: { path: string; text: string }[] = [];
  visit(parsed(path, source));
  return found;

  function visit(node: ts.Node): void {
    if (isNeverPrinted(node)) return;
    if (isText(node) && !isMarkup(node.text)) found.push({ path, text: node.text });
    ts.forEachChild(node, visit);
  }

  // A summary's headings and cells are not messages; what its module warns of is.
  function isMarkup(text: string): boolean {
    return /summary\.ts$/.test(path) && !text.startsWith("The job summary");
  }
}

type Text = ts.StringLiteralLike | ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail;

function isText(node: ts.Node): node is Text {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node)
  );
}

/** Types, names of modules and of media, titles, and the errors of a caller that got a parameter wrong. */
function isNeverPrinted(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true;
  if (ts.isNewExpression(node)) return ["TypeError", "RegExp"].includes(node.expression.getText());
  if (ts.isVariableDeclaration(node)) return node.name.getText() === "title";
  return ts.isPropertyAssignment(node) && ['"content-type"', "accept"].includes(node.name.getText());
}

/** A letter alone would make up any text. */
function isPiece(text: string): boolean {
  return text.length > 1 || /^[^a-z]$/i.test(text);
}

/** The code makes some of its words the first of a sentence. */
function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** Whether pieces, one behind the other, make up the whole text. */
function isMadeOf(text: string, pieces: readonly string[]): boolean {
  const reached = new Set([0]);
  for (let at = 0; at < text.length; at++) {
    if (!reached.has(at)) continue;
    for (const piece of pieces) if (text.startsWith(piece, at)) reached.add(at + piece.length);
  }
  return reached.has(text.length);
}
