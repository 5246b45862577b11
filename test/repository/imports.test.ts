import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

type Room =
  | "entry"
  | "action"
  | "broker"
  | "broker on Node"
  | "token"
  | "fastly"
  | "http"
  | "text"
  | "version";

const mayImport: Record<Room, { rooms: Room[]; packages: RegExp }> = {
  entry: { rooms: ["entry", "action"], packages: /^$/ },
  action: {
    rooms: ["action", "token", "fastly", "http", "text", "version"],
    packages: /^(node:|@actions\/|@octokit\/)/,
  },
  broker: {
    rooms: ["broker", "token", "fastly", "http", "text", "version"],
    packages: /^(jose|hono|zod|yaml|pino|prom-client|ioredis)(\/|$)/,
  },
  "broker on Node": {
    rooms: ["broker", "broker on Node", "token", "fastly", "http", "text", "version"],
    packages: /^(node:|@hono\/node-server$|pino$|prom-client$|ioredis$|otpauth$)/,
  },
  token: { rooms: ["token", "fastly", "http", "text"], packages: /^(node:|otpauth$)/ },
  fastly: { rooms: ["fastly", "http", "text"], packages: /^$/ },
  http: { rooms: ["http", "text"], packages: /^(node:|undici\b)/ },
  text: { rooms: ["text"], packages: /^$/ },
  version: { rooms: [], packages: /^$/ },
};

const sources = globSync("src/**/*.ts").map((path) => ({ path, text: readFileSync(path, "utf8") }));

test("imports go one way: action or broker, token, fastly, http, text", () => {
  const forbidden = sources.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((specifier) => !isAllowed(path, specifier))
      .map((specifier) => `${path} imports ${specifier}`),
  );
  expect(forbidden).toEqual([]);
});

test("one file of the action and one of the broker read the environment", () => {
  const readers = sources.filter(({ text }) =>
    /\bprocess\s*(\.|\[\W?)\s*env\b|\benv\b[^\n]*= process\b|node:process/.test(text),
  );
  expect(readers.map(({ path }) => path).sort()).toEqual([
    "src/action/inputs/environment.ts",
    "src/broker/node-secrets.ts",
  ]);
});

function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

function isAllowed(path: string, specifier: string): boolean {
  const { rooms, packages } = mayImport[roomOf(path)];
  return specifier.startsWith(".")
    ? rooms.includes(roomOf(join(dirname(path), specifier)))
    : packages.test(specifier);
}

function roomOf(path: string): Room {
  if (path === "src/version.ts") return "version";
  // These files run the broker on Node; all others of it run wherever there is `fetch`.
  if (/^src\/broker\/(?:node[^/]*|main)\.ts$/.test(path)) return "broker on Node";
  const [, room = "entry"] = /^src\/([^/]+)\//.exec(path) ?? [];
  if (!Object.hasOwn(mayImport, room) || !path.startsWith("src/"))
    throw new Error(`${path} belongs to no room.`);
  return room as Room;
}
