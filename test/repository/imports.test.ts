import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

type Room =
  | "entry"
  | "action"
  | "broker"
  | "broker on Node"
  | "broker on Compute"
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
    packages: /^(jose|hono|zod|yaml)(\/|$)/,
  },
  "broker on Node": {
    rooms: ["broker", "broker on Node", "token", "fastly", "http", "text", "version"],
    packages: /^(node:|@hono\/node-server$|ioredis$|otpauth$|pino$|prom-client$)/,
  },
  "broker on Compute": {
    rooms: ["broker", "broker on Compute", "token", "fastly", "http", "text", "version"],
    packages: /^fastly:/,
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

test("no file imports itself, not even through others", () => {
  const targets = new Map(
    sources.map(({ path, text }) => {
      const relative = importsOf(text).filter((specifier) => specifier.startsWith("."));
      return [path, relative.map((specifier) => join(dirname(path), specifier))];
    }),
  );
  expect(circlesOf(targets)).toEqual([]);
  expect(
    circlesOf(
      new Map([
        ["a", ["b"]],
        ["b", ["c"]],
        ["c", ["b"]],
      ]),
    ),
  ).toEqual(["b → c → b"]);
});

test("every value that a source exports is used by another file", () => {
  const others = globSync("{emulator,scripts,test,compute}/**/*.{ts,js}");
  const users = [...sources, ...others.map((path) => ({ path, text: readFileSync(path, "utf8") }))];
  const words = users.map(({ path, text }) => ({ path, used: new Set(text.match(/\w+/g)) }));
  const unused = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/^export (?:async )?(?:function|const|let|class) (\w+)/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => !words.some((user) => user.path !== path && user.used.has(name)))
      .map((name) => `${path} exports ${name}`),
  );
  expect(unused).toEqual([]);
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

/** Each circle once, from the file at which it was entered. */
function circlesOf(targets: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  return [...targets.keys()].flatMap(follow);

  function follow(path: string): string[] {
    const entered = way.indexOf(path);
    if (entered !== -1) return [[...way.slice(entered), path].join(" → ")];
    if (done.has(path)) return [];
    done.add(path);
    way.push(path);
    const circles = (targets.get(path) ?? []).flatMap(follow);
    way.pop();
    return circles;
  }
}

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
  // These files run the broker on Node, or on Fastly Compute; all others of it run wherever there is `fetch`.
  if (/^src\/broker\/(?:node[^/]*|main)\.ts$/.test(path)) return "broker on Node";
  if (/^src\/broker\/compute(?:\.ts$|\/)/.test(path)) return "broker on Compute";
  const [, room = "entry"] = /^src\/([^/]+)\//.exec(path) ?? [];
  if (!Object.hasOwn(mayImport, room) || !path.startsWith("src/"))
    throw new Error(`${path} belongs to no room.`);
  return room as Room;
}
