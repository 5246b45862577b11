/**
 * The pairs of a GITHUB_OUTPUT, GITHUB_STATE or GITHUB_ENV file, as GitHub's runner reads them on Linux: only a line
 * feed ends a line, and the pairs before a malformed line count.
 */
export function* parsePairs(text: string): Generator<[key: string, value: string]> {
  const lines = text.split("\n");
  const unended = lines.pop() ?? "";
  for (let at = 0; at < lines.length; ) {
    const line = lines[at++] ?? "";
    if (line === "") continue;
    const pair = keyAndValue(line);
    if (pair !== undefined) {
      yield pair;
      continue;
    }
    const [key, delimiter] = keyAndDelimiter(line);
    const end = lines.indexOf(delimiter, at);
    if (end >= 0) {
      yield [key, lines.slice(at, end).join("\n")];
      at = end + 1;
      continue;
    }
    if (unended !== delimiter) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    yield [key, lines.slice(at).join("\n")];
    return;
  }
  if (unended === "") return;
  const pair = keyAndValue(unended);
  if (pair === undefined) throw new Error(`Invalid format '${unended}'`);
  yield pair;
}

function keyAndValue(line: string): [string, string] | undefined {
  const equals = line.indexOf("=");
  const heredoc = line.indexOf("<<");
  if (equals < 0 || (heredoc >= 0 && heredoc < equals)) return undefined;
  return [line.slice(0, equals), line.slice(equals + 1)];
}

function keyAndDelimiter(line: string): [string, string] {
  const at = line.indexOf("<<");
  const [key, delimiter] = [line.slice(0, at), line.slice(at + 2)];
  if (at < 1 || delimiter === "") throw new Error(`Invalid format '${line}'`);
  return [key, delimiter];
}
