import { parseArgs } from "node:util";
import { createServer } from "./server.ts";
import { createWorld, populate, type Start } from "./world/world.ts";

/** The first line of `--json`. */
export type StartLine = { url: string } & Start;

const loopback = ["127.0.0.1", "::1"];

const { values: options } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});

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

if (!loopback.includes(options.host)) {
  throw new Error(`--host must be one of ${loopback.join(", ")}: the control API is for this machine alone`);
}

const world = createWorld();
const server = createServer(world);
const url = await server.listen({ host: options.host, port: Number(options.port) });
const start: StartLine = { url, ...populate(world) };
process.stdout.write(options.json ? `${JSON.stringify(start)}\n` : forPerson(start));
