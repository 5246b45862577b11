import { findStatements } from "../../scripts/coverage/statements.ts";

function places(text: string) {
  return findStatements("some.ts", text).map(({ place, exempt }) => [
    place.line,
    place.column,
    exempt ? "exempt" : "",
  ]);
}

test("each statement counts, and so do initial values and what arrows result in", () => {
  expect(places("const a = 1;\nif (a) f(); else { throw a; }\nlet b: string;\nf((x) => x);")).toEqual([
    [1, 6, ""],
    [2, 0, ""],
    [2, 7, ""],
    [2, 19, ""],
    [4, 0, ""],
    [4, 2, ""],
  ]);
});

test("types do not count", () => {
  expect(
    places("interface A { a: (x: string) => void }\ntype B = typeof C;\nimport type { D } from 'd';"),
  ).toEqual([]);
});

test("a comment with a reason exempts the next statement, and all that it holds", () => {
  const text = "f();\n/* v8 ignore next -- never on Linux */\nif (a) {\n  f();\n}\nf();";
  expect(places(text)).toEqual([
    [1, 0, ""],
    [3, 0, "exempt"],
    [4, 2, "exempt"],
    [6, 0, ""],
  ]);
});

test("a comment without a reason exempts nothing", () => {
  expect(places("/* v8 ignore next */\nf();")).toEqual([[2, 0, ""]]);
});
