import { decodedMappings, type SourceMapSegment, TraceMap } from "@jridgewell/trace-mapping";
import { type JsMinifyOptions, minify } from "@swc/core";
import ts from "typescript";

/** With a map, where one was handed in. */
type Code = { code: string; map?: string };

/**
 * Minifies a chunk of a bundle without restructuring it, so that coverage finds the statements of a line in their order.
 *
 * @param map leads from the chunk to its sources
 */
export async function minified(chunk: string, map?: string): Promise<Code> {
  const short = await minify(chunk, {
    module: false,
    compress: false,
    mangle: true,
    // V8 keeps a text with one other character in twice the memory, and reads it more slowly.
    format: { comments: false, asciiOnly: true },
    ...fromMap(map),
  });
  return inParentheses(`${short.code}\n`, short.map);
}

/** swc takes a map as terser does, which its types do not say. */
function fromMap(map: string | undefined): JsMinifyOptions {
  return map === undefined ? {} : ({ sourceMap: { content: map } } as unknown as JsMinifyOptions);
}

/**
 * Puts each module's function in parentheses, as webpack does and as the minifier undoes: V8 compiles what stands in
 * them at once, instead of reading it over first and compiling it a moment later.
 */
function inParentheses(chunk: string, map: string | undefined): Code {
  const source = ts.createSourceFile("chunk.js", chunk, ts.ScriptTarget.Latest, true);
  const functions: ts.Node[] = [];
  visit(source);
  let done = 0;
  const parts = functions.map((node) => {
    const before = chunk.slice(done, node.getStart());
    done = node.getEnd();
    return `${before}(${node.getText()})`;
  });
  const code = parts.join("") + chunk.slice(done);
  if (map === undefined) return { code };
  const placeOf = (offset: number) => source.getLineAndCharacterOfPosition(offset);
  return {
    code,
    map: remapped(map, {
      starts: functions.map((node) => placeOf(node.getStart())),
      ends: functions.map((node) => placeOf(node.getEnd())),
    }),
  };

  function visit(node: ts.Node): void {
    const isModule = ts.isPropertyAssignment(node) && ts.isNumericLiteral(node.name);
    if (isModule && isFunction(node.initializer)) functions.push(node.initializer);
    else ts.forEachChild(node, visit);
  }
}

function isFunction(node: ts.Node): boolean {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

type Places = readonly ts.LineAndCharacter[];

/**
 * The map of the text with its parentheses. What a module begins with is webpack's and of no source: without a segment
 * that says so it would count as a part of the module before it.
 */
function remapped(map: string, { starts, ends }: { starts: Places; ends: Places }): string {
  const mappings = decodedMappings(new TraceMap(map)).map((segments, line) => {
    const columnsOf = (places: Places) =>
      places.filter((place) => place.line === line).map(({ character }) => character);
    const inserted = [...columnsOf(starts), ...columnsOf(ends)];
    const sourceless = columnsOf(starts).map((column): SourceMapSegment => [column]);
    return [...sourceless, ...segments]
      .sort(([one], [other]) => one - other)
      .map(([column, ...rest]) => {
        const before = inserted.filter((at) => at <= column).length;
        return [column + before, ...rest] as SourceMapSegment;
      });
  });
  return JSON.stringify({ ...JSON.parse(map), mappings });
}
