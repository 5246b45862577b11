import { createServer } from "./server.ts";
import { listenAt, printStart, runEmulator } from "./start.ts";
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

const emulator = {
  script: "emulator",
  purpose: "Starts an emulator of Fastly's API, and prints its URL, a user and two services.",
};

await runEmulator(emulator, async ({ host, port, json }) => {
  const world = createWorld();
  const url = await listenAt({ host, port }, createServer(world));
  const line: StartLine = { url, ...populate(world) };
  printStart(json ? `${JSON.stringify(line)}\n` : forPerson(line));
});
