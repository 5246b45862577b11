import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
} from "yaml";

export type Path = readonly (string | number)[];

/** A mistake in a place of the tree. */
export interface Mistake {
  readonly path: Path;
  /** Points at the key instead of its value. */
  readonly atKey?: boolean;
  readonly message: string;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mistake of the file's form, found before there is a structure to name its place by. */
export interface FormMistake extends Place {
  readonly path: Path;
  readonly message: string;
}

/** What a YAML file says, and where. */
export interface YamlTree {
  readonly value: unknown;
  /** Where a value is, or its key; of what is missing, where its parent is. */
  readonly placeOf: (path: Path, atKey?: boolean) => Place;
  readonly mistakes: readonly FormMistake[];
  /** Whether the structure is the one that was meant, for all the mistakes. */
  readonly isReadable: boolean;
}

interface Nodes {
  /** Offset of each value by its path. */
  readonly values: Map<string, number>;
  readonly keys: Map<string, number>;
  readonly mistakes: { offset: number; path: Path; message: string }[];
}

/** Reads the part of YAML that a configuration needs: one document of maps, lists and plain values. */
export function readYaml(text: string): YamlTree {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    version: "1.2",
    schema: "core",
    merge: false,
    prettyErrors: false,
    // The library's own check takes quadratic time; `walk` finds them as well.
    uniqueKeys: false,
    logLevel: "silent",
  });
  const documents: Document[] = Array.isArray(parsed) ? parsed : [];
  const nodes: Nodes = { values: new Map(), keys: new Map(), mistakes: [] };
  for (const document of documents) formMistakes(document, nodes);
  const [first, second] = documents;
  if (second)
    mistake(
      nodes,
      [],
      startOf(second),
      "A second document begins here. Write a single document, without ---.",
    );
  const value = first?.contents ? walk(first.contents, [], nodes) : undefined;
  return {
    value,
    placeOf: (path, atKey = false) => place(lines, offsetOf(nodes, path, atKey)),
    isReadable: !second && documents.every((document) => syntaxErrors(document).length === 0),
    mistakes: nodes.mistakes.map(({ offset, path, message }) => ({ ...place(lines, offset), path, message })),
  };
}

function startOf({ contents, range }: Document): number {
  return contents?.range?.[0] ?? range?.[0] ?? 0;
}

function place(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function offsetOf({ values, keys }: Nodes, path: Path, atKey: boolean): number {
  const name = nameOf(path);
  const own = atKey ? (keys.get(name) ?? values.get(name)) : values.get(name);
  if (own !== undefined) return own;
  for (let length = path.length - 1; length > 0; length--) {
    const parent = nameOf(path.slice(0, length));
    const offset = keys.get(parent) ?? values.get(parent);
    if (offset !== undefined) return offset;
  }
  return 0;
}

function nameOf(path: Path): string {
  return JSON.stringify(path);
}

function mistake(nodes: Nodes, path: Path, offset: number, message: string): void {
  nodes.mistakes.push({ offset, path, message });
}

function formMistakes(document: Document, nodes: Nodes): void {
  if (
    document.directives?.yaml.explicit ||
    Object.keys(document.directives?.tags ?? {}).some((tag) => tag !== "!!")
  )
    mistake(nodes, [], 0, "Directives such as %YAML are not supported. Remove the line.");
  for (const error of syntaxErrors(document)) mistake(nodes, [], error.pos[0], wordsOf(error));
}

/** An alias is refused by `walk`, which knows its path, whatever its name. */
function syntaxErrors({ errors }: Document): YAMLError[] {
  return errors.filter(({ code }) => code !== "BAD_ALIAS");
}

/** The library's messages quote the file, which may hold a secret in the wrong place. */
function wordsOf({ code }: YAMLError): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "YAML does not allow a tab here. Indent with spaces.";
    case "BAD_SCALAR_START":
      return "A plain value cannot begin with this character. Write the value in quotes.";
    case "MISSING_CHAR":
      return "A quotation mark, a comma or a closing bracket is missing here, or before this place.";
    case "BAD_INDENT":
      return "The indentation does not fit, or a bracket is not closed. Indent the keys of a map equally, with spaces.";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
    case "KEY_OVER_1024_CHARS":
      return "A value contains a colon and a space, or a key continues on the next line. Write the value in quotes.";
    case "BAD_DQ_ESCAPE":
      return "A backslash in double quotes starts an escape sequence that YAML does not know. Use single quotes.";
    default:
      return "The file is not valid YAML here. Check the indentation, colons and quotation marks of this line and the one before.";
  }
}

function walk(node: Node, path: Path, nodes: Nodes): unknown {
  const offset = node.range?.[0] ?? 0;
  nodes.values.set(nameOf(path), offset);
  refuseExtras(node, path, nodes);
  if (isAlias(node)) {
    mistake(
      nodes,
      path,
      offset,
      'Aliases are not supported. Write the value out; text that begins with an asterisk needs quotes: "*".',
    );
    return undefined;
  }
  if (isSeq(node)) return node.items.map((item, index) => walk(item as Node, [...path, index], nodes));
  if (isMap(node)) return walkMap(node.items as Pair<Node, Node | null>[], path, nodes);
  return isScalar(node) ? node.value : undefined;
}

function refuseExtras(node: Node, path: Path, nodes: Nodes): void {
  const offset = node.range?.[0] ?? 0;
  if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined)
    mistake(
      nodes,
      path,
      offset,
      "Anchors (&name) are not supported. Remove it, and write each value out where it is needed.",
    );
  if (node.tag !== undefined)
    mistake(
      nodes,
      path,
      offset,
      'Tags (!name) are not supported. Write text in quotes, such as "9919", and remove the tag.',
    );
}

function walkMap(
  pairs: readonly Pair<Node, Node | null>[],
  path: Path,
  nodes: Nodes,
): Record<string, unknown> {
  // Without a prototype, any key is but a key.
  const map: Record<string, unknown> = Object.create(null);
  for (const { key, value } of pairs) {
    const offset = key.range?.[0] ?? 0;
    const name = isScalar(key) ? String(key.value) : undefined;
    if (name === undefined) {
      mistake(nodes, path, offset, "A key must be plain text.");
      continue;
    }
    const inner = [...path, name];
    refuseExtras(key, inner, nodes);
    if (name in map) {
      const { keys } = nodes;
      const first = keys.get(nameOf(inner));
      mistake(nodes, inner, offset, "This key is a duplicate. Remove one of the two.");
      if (first !== undefined) continue;
    }
    nodes.keys.set(nameOf(inner), offset);
    map[name] = value ? walk(value, inner, nodes) : null;
  }
  return map;
}
