/** One `::name key=value::data` (or the older `##[name key=value]data`) as GitHub's runner reads it. */
export type WorkflowCommand = { name: string; properties: Record<string, string>; data: string };

const registered = new Set([
  "add-mask",
  "add-matcher",
  "add-path",
  "debug",
  "echo",
  "endgroup",
  "error",
  "group",
  "notice",
  "remove-matcher",
  "save-state",
  "set-env",
  "set-output",
  "stop-commands",
  "warning",
]);

/** The command a line holds, or nothing: the runner shows a line with an unregistered name as it is. */
export function parseCommand(line: string, resumeToken?: string): WorkflowCommand | undefined {
  const command = parseColons(line) ?? parseBracket(line);
  if (command === undefined) return undefined;
  return registered.has(command.name) || command.name === resumeToken?.toLowerCase() ? command : undefined;
}

/** Whether a line has the form of a command, known or not. */
export function looksLikeCommand(line: string): boolean {
  return parseColons(line) !== undefined || parseBracket(line) !== undefined;
}

// `::name key=value,key=value::data`, at the start of a line but for white space.
function parseColons(line: string): WorkflowCommand | undefined {
  const match = /^[\s\u0085]*::(?<head>.*?)::(?<data>.*)$/su.exec(line)?.groups;
  if (match?.head === undefined || match.data === undefined) return undefined;
  return command(match.head, ",", unescapeProperty, unescapeData(match.data));
}

// `##[name key=value;key=value]data`, anywhere in a line.
function parseBracket(line: string): WorkflowCommand | undefined {
  const match = /##\[(?<head>[^\]]*)\](?<data>.*)$/su.exec(line)?.groups;
  if (match?.head === undefined || match.data === undefined) return undefined;
  return command(match.head, ";", unescapeBracket, unescapeBracket(match.data));
}

function command(
  head: string,
  separator: string,
  unescapeValue: (text: string) => string,
  data: string,
): WorkflowCommand | undefined {
  const [, name, rest] = /^(\S+)(?: (.*))?$/su.exec(head) ?? [];
  if (name === undefined) return undefined;
  const pairs = (rest ?? "")
    .trim()
    .split(separator)
    .flatMap((pair) => {
      const [, key, value] = /^=*([^=]+)=+(.+)$/su.exec(pair) ?? [];
      return key === undefined || value === undefined
        ? []
        : [[key.toLowerCase(), unescapeValue(value)] as const];
    });
  return { name: name.toLowerCase(), properties: Object.fromEntries(pairs), data };
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
}

function unescapeBracket(text: string): string {
  return unescapeData(text.replaceAll("%3B", ";").replaceAll("%5D", "]"));
}

/** What an action of this project prints. */
const printable = new Set(["add-mask", "debug", "endgroup", "error", "group", "notice", "warning"]);

/** Commands that no action of this project prints, and groups that do not end before an annotation or the step does. */
export function wrongCommands(commands: readonly WorkflowCommand[]): WorkflowCommand[] {
  const wrong = commands.filter(({ name }) => !printable.has(name));
  let open: WorkflowCommand | undefined;
  for (const command of commands) {
    if (open && command.name !== "endgroup" && command.name !== "add-mask" && command.name !== "debug")
      wrong.push(open);
    if (command.name === "group" || command.name === "endgroup")
      open = command.name === "group" ? command : undefined;
  }
  return open ? [...wrong, open] : wrong;
}
