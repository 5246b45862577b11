import ts from "typescript";

/** Lines count from 1, columns from 0. */
type Place = { line: number; column: number };

export type Statement = {
  /** Where it starts in the text. */
  offset: number;
  place: Place;
  /** The same, but of an initial value or an arrow's result: jest counts there. */
  value: Place;
  /** The same, but behind what source maps do not know the place of: `await`, `void` and parentheses. */
  mapped: Place;
  /** Whether it is what an arrow results in, which has no place of its own in ncc's maps when it begins a line. */
  isArrow: boolean;
  /** Whether a comment `v8 ignore next -- why` stands before it, or before what holds it. */
  exempt: boolean;
};

const exemption = /^\/\* v8 ignore next -- \S/u;

/** The statements of a text in TypeScript or JavaScript, in its order. Initial values and results of arrows count. */
export function findStatements(path: string, text: string): Statement[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Statement[] = [];
  ts.forEachChild(source, (child) => visit(child, false));
  return found;

  function visit(node: ts.Node, exemptAbove: boolean): void {
    const exempt = exemptAbove || isExempt(node);
    const start = statementStart(node);
    if (start !== undefined) {
      const offset = start.getStart();
      const mapped = placeOf(firstMapped(start).getStart());
      const value = placeOf(valueIn(node, start).getStart());
      found.push({
        offset,
        place: placeOf(offset),
        value,
        mapped,
        isArrow: ts.isArrowFunction(start),
        exempt,
      });
    }
    ts.forEachChild(node, (child) => visit(child, exempt));
  }

  function placeOf(offset: number): Place {
    const { line, character } = source.getLineAndCharacterOfPosition(offset);
    return { line: line + 1, column: character };
  }

  function isExempt(node: ts.Node): boolean {
    const comments = ts.getLeadingCommentRanges(text, node.pos) ?? [];
    return comments.some(({ pos, end }) => exemption.test(text.slice(pos, end)));
  }
}

/** Where what a node does begins, or nothing where it is no statement. */
function statementStart(node: ts.Node): ts.Node | undefined {
  // Told by where they begin: a value on a line of its own has no place in ncc's maps.
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) return node.initializer && node;
  if (ts.isArrowFunction(node)) return ts.isBlock(node.body) ? undefined : node;
  return isStatement(node) ? node : undefined;
}

function valueIn(node: ts.Node, start: ts.Node): ts.Node {
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) return node.initializer ?? start;
  return ts.isArrowFunction(node) ? node.body : start;
}

function firstMapped(node: ts.Node): ts.Node {
  const isPrefix =
    ts.isAwaitExpression(node) || ts.isVoidExpression(node) || ts.isParenthesizedExpression(node);
  return isPrefix || ts.isExpressionStatement(node) ? firstMapped(node.expression) : node;
}

function isStatement(node: ts.Node): boolean {
  return (
    ts.isExpressionStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node) ||
    ts.isIfStatement(node) ||
    ts.isSwitchStatement(node) ||
    ts.isIterationStatement(node, false) ||
    ts.isBreakOrContinueStatement(node)
  );
}
