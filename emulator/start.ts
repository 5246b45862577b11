import { codeOf } from "../src/http/node-failures.ts";
import { listenFault, type Place } from "../src/http/node-listen.ts";
import { type Emulator, type Options, readOptions, usageOf } from "./options.ts";

/** Starts an emulator as its arguments say, or says what is wrong with them. */
export async function runEmulator(
  emulator: Emulator,
  start: (options: Extract<Options, { kind: "start" }>) => Promise<void>,
): Promise<void> {
  // Whatever is in flight dies with the process: that is what ending at once means.
  process.once("SIGTERM", () => process.exit(0));
  process.once("SIGINT", () => process.exit(0));
  const options = readOptions(process.argv.slice(2));
  switch (options.kind) {
    case "help":
      process.stdout.write(usageOf(emulator));
      break;
    case "mistake":
      process.stderr.write(`${options.message} See npm run ${emulator.script} -- --help.\n`);
      process.exitCode = 2;
      break;
    case "start":
      await start(options);
  }
}

/** Has an emulator listen. What is in its way is said in one line, and ends the process. */
export async function listenAt(
  place: Place,
  server: { listen(at: Place): Promise<string> },
): Promise<string> {
  try {
    return await server.listen(place);
  } catch (error) {
    const fault = listenFault(error as NodeJS.ErrnoException, place);
    if (fault === undefined) throw error;
    return endWith(fault);
  }
}

/** Prints where an emulator listens, and how it is used. Where nobody can read that, it ends. */
export function printStart(text: string): void {
  process.stdout.on("error", (error) => endWith(`Standard output cannot be written (${codeOf(error)}).`));
  process.stdout.write(text);
}

function endWith(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
