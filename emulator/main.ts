import { type Options, readOptions, usage } from "./options.ts";
import { createServer } from "./server.ts";
import { createWorld, populate, type Start } from "./world/world.ts";

/** The first line of `--json`. */
export type StartLine = { url: string } & Start;

function forPerson(start: StartLine): string {
  return `Fastly emulator: ${start.url}

  username   ${start.username}
  password   ${start.password}
  API key    ${start.apiKey}
  user       ${start.userId}
  customer   ${start.customerId}
  services   ${start.services.join(" ")}

All of it is made up, and gone when the emulator ends (Ctrl-C). Try:

  curl -d username=${start.username} -d password=${start.password} -d scope=purge_all ${start.url}/tokens
`;
}

// Whatever is in flight dies with the process: that is what ending at once means.
process.once("SIGTERM", () => process.exit(0));
process.once("SIGINT", () => process.exit(0));

const options = readOptions(process.argv.slice(2));
switch (options.kind) {
  case "help":
    process.stdout.write(usage);
    break;
  case "mistake":
    process.stderr.write(`${options.message} See npm run emulator -- --help.\n`);
    process.exitCode = 2;
    break;
  case "start":
    await start(options);
}

async function start({ host, port, json }: Extract<Options, { kind: "start" }>): Promise<void> {
  const world = createWorld();
  const url = await createServer(world).listen({ host, port });
  const line: StartLine = { url, ...populate(world) };
  process.stdout.write(json ? `${JSON.stringify(line)}\n` : forPerson(line));
}
