import { looksLikeCommand, parseCommand, type WorkflowCommand } from "./workflow-commands.ts";

export type Annotation = { level: "error" | "warning" | "notice"; title?: string; message: string };

/**
 * A step's log as GitHub keeps it. Masks belong to the job: those of an earlier step count, and a new one counts from
 * its line on. The runner hides a mask's encoded forms too, where it knows them; this log hides the exact string
 * alone, so that an action must not lean on that.
 */
export class StepLog {
  readonly lines: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly commands: WorkflowCommand[] = [];
  readonly unknownCommands: string[] = [];
  readonly outputs = new Map<string, string>();
  readonly state = new Map<string, string>();
  failed = false;
  private readonly masks: Set<string>;
  private readonly debug: boolean;
  private resumeToken: string | undefined;

  constructor(masks: Set<string>, debug: boolean) {
    this.masks = masks;
    this.debug = debug;
  }

  /** Takes one line that the step printed, on standard output or standard error: the runner reads both alike. */
  print(line: string): void {
    const command = parseCommand(line, this.resumeToken);
    if (this.resumeToken !== undefined) {
      if (command?.name === this.resumeToken.toLowerCase()) this.resumeToken = undefined;
      this.write(line);
    } else if (command !== undefined) {
      this.commands.push(command);
      this.obey(command, line);
    } else {
      if (looksLikeCommand(line)) this.unknownCommands.push(line);
      this.write(line);
    }
  }

  annotate(level: Annotation["level"], message: string, title?: string): void {
    const masked = this.mask(message);
    this.annotations.push({
      level,
      message: masked,
      ...(title === undefined ? {} : { title: this.mask(title) }),
    });
    this.write(`##[${level}]${message}`);
  }

  /** What the runner refuses fails the step, whatever its exit code. */
  fail(message: string): void {
    this.failed = true;
    this.annotate("error", message);
  }

  /** What the runner itself says, in debug mode alone. */
  writeDebug(message: string): void {
    if (this.debug) for (const line of message.split(/\r\n|\r|\n/u)) this.write(`##[debug]${line}`);
  }

  mask(text: string): string {
    // The longest first, so that a mask within another leaves no rest of the longer one.
    const longestFirst = [...this.masks].sort((a, b) => b.length - a.length);
    return longestFirst.reduce((masked, mask) => masked.replaceAll(mask, "***"), text);
  }

  private write(line: string): void {
    this.lines.push(this.mask(line));
  }

  private obey({ name, data, properties }: WorkflowCommand, line: string): void {
    switch (name) {
      case "add-mask":
        this.addMask(data);
        break;
      case "error":
      case "warning":
      case "notice":
        this.annotate(name, data, properties.title);
        break;
      case "debug":
        this.writeDebug(data);
        break;
      case "group":
      case "endgroup":
        this.write(`##[${name}]${data}`);
        break;
      case "stop-commands":
        this.resumeToken = data;
        this.write(line);
        break;
      case "set-output":
        this.outputs.set(properties.name ?? "", data);
        break;
      case "save-state":
        this.state.set(properties.name ?? "", data);
        break;
      case "set-env":
      case "add-path":
        this.fail(`The \`${name}\` command is disabled.`);
        break;
    }
  }

  private addMask(secret: string): void {
    if (secret.trim() === "") this.annotate("warning", "Can't add secret mask for empty string");
    else for (const part of [secret, ...secret.split(/\r|\n/u)]) if (part !== "") this.masks.add(part);
  }
}
