import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { entries } from "../../scripts/entries.ts";
import {
  connectApi,
  createToken,
  deadlineIn,
  openFetchTransport,
  systemClock,
} from "../../src/fastly/index.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { code, codeBlocks, readPage, section, table } from "./markdown.ts";

const run = promisify(execFile);
const page = readPage("docs/contributing/tokens-api.md");

const requests = new Map(table(page).map(([name, request]) => [code(name), code(request)]));
const operations = [...requests.keys()];
const errors = "## Errors of every operation";

/** The page's made-up values, which stand for real ones of the emulator. */
const fastlyUrl = "https://api.fastly.com";
const tokenId = "5Yo3XXnrQpjc20u0ybrf2g";
const customerId = "x4xCwxxJxGCx123Rx5xTx";
const serviceId = "SU1Z0isxPaozGVKXdv0eY";

const examples: [name: string, heading: string][] = [
  ["errors", errors],
  ...operations.map((name): [string, string] => [name, `## ${name}`]),
];

let directory: string;
let emulator: Emulator;

beforeAll(async () => {
  mkdirSync("build", { recursive: true });
  directory = mkdtempSync(resolve("build/docs-"));
  for (const room of ["text", "http", "fastly"])
    cpSync(`src/${room}`, join(directory, "src", room), { recursive: true });
  mkdirSync(join(directory, "docs"));
  mkdirSync(join(directory, "run"));
  for (const [name, heading] of examples) {
    const [example, ...others] = codeBlocks(section(page, heading), "ts");
    if (example === undefined || others.length > 0) throw new Error(`${name} has not one example`);
    writeFileSync(join(directory, "docs", `${name}.ts`), example);
  }
  emulator = await startEmulator();
});

afterAll(async () => {
  await emulator.stop();
  rmSync(directory, { recursive: true });
});

/** Runs an example as it stands on the page, but for its made-up values. */
async function runExample(name: string, key: string, values: Record<string, string> = {}): Promise<string> {
  let example = readFileSync(join(directory, "docs", `${name}.ts`), "utf8");
  for (const [shown, real] of Object.entries({ [fastlyUrl]: emulator.url, ...values })) {
    expect(example).toContain(shown);
    example = example.replaceAll(shown, real);
  }
  const program = join(directory, "run", `${name}.ts`);
  writeFileSync(program, example);
  const { username, password } = emulator;
  const env = { FASTLY_API_TOKEN: key, FASTLY_USERNAME: username, FASTLY_PASSWORD: password };
  const { stdout, stderr } = await run(process.execPath, [program], { env });
  expect(stderr).toBe("");
  return stdout;
}

async function addToken(token: { name?: string; expires_at?: string }) {
  const [added] = await emulator.addTokens([token]);
  if (!added) throw new Error("no token was added");
  return { id: added.id, key: added.access_token };
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await emulator.tokens()).find((token) => token.id === id)?.state;
}

type Example = { operation: string; run: () => Promise<void> };

const scenarios: Example[] = [
  {
    operation: "bulkRevokeTokens",
    run: async () => {
      const [first, second, other] = [
        await addToken({ name: "preview 1" }),
        await addToken({ name: "preview 2" }),
        await addToken({ name: "no preview" }),
      ];
      expect(await runExample("bulkRevokeTokens", emulator.apiKey)).toBe("2 tokens revoked\n");
      expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(["revoked", "revoked"]);
      expect(await stateOf(other.id)).toBe("live");
    },
  },
  {
    operation: "createToken",
    run: async () => {
      const [service = ""] = emulator.services;
      const printed = await runExample("createToken", "", { [serviceId]: service });
      const [made] = (await emulator.liveTokens()).filter(({ name }) => name === "purge before lunch");
      expect(made).toMatchObject({ scope: "purge_all", services: [service] });
      expect(printed).toBe(`${made?.id} expires at ${made?.expires_at}\n`);
    },
  },
  {
    operation: "getToken",
    run: async () => {
      const { id } = await addToken({ name: "any" });
      const printed = await runExample("getToken", emulator.apiKey, { [tokenId]: id });
      expect(printed).toBe("any may do global until revoked\n");
    },
  },
  {
    operation: "getTokenCurrent",
    run: async () => {
      const printed = await runExample("getTokenCurrent", emulator.apiKey);
      expect(printed).toBe(`This is Emulator key of user ${emulator.userId}\n`);
    },
  },
  {
    operation: "listTokensCustomer",
    run: async () => {
      const live = await emulator.liveTokens();
      const eternal = live.filter(({ expires_at }) => expires_at === null);
      const printed = await runExample("listTokensCustomer", emulator.apiKey, {
        [customerId]: emulator.customerId,
      });
      expect(printed).toBe(`${eternal.length} of ${live.length} tokens never expire\n`);
    },
  },
  {
    operation: "listTokensUser",
    run: async () => {
      const live = await emulator.liveTokens();
      const lines = live.map(
        ({ id, expires_at, name }) => `${id} ${expires_at ?? "never expires"} ${name}\n`,
      );
      expect(await runExample("listTokensUser", emulator.apiKey)).toBe(lines.join(""));
    },
  },
  {
    operation: "revokeToken",
    run: async () => {
      const { id } = await addToken({ name: "to be revoked" });
      const printed = await runExample("revokeToken", emulator.apiKey, { [tokenId]: id });
      expect(printed).toBe("That token is revoked\n");
      expect(await stateOf(id)).toBe("revoked");
    },
  },
  {
    operation: "revokeTokenCurrent",
    run: async () => {
      const { id, key } = await addToken({ name: "to be revoked" });
      expect(await runExample("revokeTokenCurrent", key)).toBe("This token was used for the last time\n");
      expect(await stateOf(id)).toBe("revoked");
    },
  },
  {
    operation: "requestSudo",
    run: async () => {
      const printed = await runExample("requestSudo", emulator.apiKey);
      const [made] = (await emulator.liveTokens()).filter(({ name }) => name === "read for a day");
      expect(printed).toMatch(/^In sudo mode until \d{4}-\d\d-\d\dT[\d:]{8}\+00:00\nCreated \w{22}\n$/);
      expect(printed).toContain(`Created ${made?.id}\n`);
    },
  },
];

test("every operation has an example that is run", () => {
  expect(scenarios.map(({ operation }) => operation)).toEqual(operations);
});

test("the examples have no type errors", async () => {
  const config = join(directory, "tsconfig.json");
  const compilerOptions = { noEmit: true, types: ["node"], typeRoots: [resolve("node_modules/@types")] };
  writeFileSync(
    config,
    JSON.stringify({ extends: resolve("tsconfig.json"), compilerOptions, include: ["docs", "src"] }),
  );
  const { stdout } = await run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", config]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe("");
});

test.each(scenarios)(
  "the example of $operation works, with the request that the page documents",
  async ({ operation, run }) => {
    const before = await emulator.lastRequest();
    await run();
    const sent = (await emulator.requests()).filter(({ n }) => n > before);
    const documented = requests.get(operation)?.replace(/\{\w+\}/g, ":id");
    expect(sent.map(({ method, route }) => `${method} ${route}`)).toContain(documented);
    expect(sent.map(({ status }) => status)).toEqual(
      sent.map(({ method }) => (method === "DELETE" ? 204 : 200)),
    );
  },
);

test("the example of errors distinguishes an expired token from other failures", async () => {
  const expired = await addToken({ expires_at: "2021-01-14T11:47:46Z" });
  const printed = await runExample("errors", expired.key);
  expect(printed).toMatch(/^That token has expired\. GET \/tokens\/self: HTTP 401, /);
  await expect(runExample("errors", "an-unknown-key")).rejects.toThrow("HTTP 403");
});

test("every operation of the client is on the page, in the same form", () => {
  const source = readFileSync("src/fastly/tokens.ts", "utf8");
  const exported = [...source.matchAll(/^export async function (\w+)\(/gm)].map(([, name]) => name);
  expect([...operations].sort()).toEqual(exported.sort());
  for (const name of operations) {
    const text = section(page, `## ${name}`);
    expect(text).toMatch(new RegExp(`^\\n> \`${name}\\(`));
    expect([...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      "Example",
      "Parameters",
      "Return type",
      "Authorization",
      "HTTP request headers",
      "HTTP response details",
      "Errors",
    ]);
  }
});

test("the codes on the page are all that there are", () => {
  const [, union = ""] =
    /type FastlyErrorCode =([^;]+);/.exec(readFileSync("src/fastly/error.ts", "utf8")) ?? [];
  const real = [...union.matchAll(/"([\w-]+)"/g)].map(([, name]) => name);
  const sections = [errors, ...operations.map((name) => `## ${name}`)].map((heading) =>
    section(page, heading),
  );
  const documented = sections.flatMap((text) =>
    table(text.split("### Errors").at(-1) ?? "").map(([cell]) => code(cell)),
  );
  expect([...new Set(documented)].sort()).toEqual(real.sort());
});

test("the properties of a token are those on the page", async () => {
  const { url, username, password } = emulator;
  const deadline = deadlineIn(10_000, systemClock);
  const api = connectApi({ apiUrl: url, openTransport: openFetchTransport, userAgent: "test", deadline });
  const token = await createToken(
    api,
    { name: "any", scopes: ["purge_all"], services: [], expiresAt: new Date(Date.now() + 60_000) },
    { kind: "password", username, password },
  );
  await api.close();
  const documented = table(section(page, "## Token and CreatedToken")).map(([name]) => code(name));
  expect(documented).toEqual(Object.keys(token));
});

test("the page says for each action what it can call", () => {
  const documented = table(section(page, "## Who uses what")).map(([name, users]) => [code(name), users]);
  const actions = entries.map((action) => ({ action, code: codeBehind(`src/${action}.ts`) }));
  const real = operations.map((name) => {
    const users = actions.filter(({ code }) => new RegExp(`\\b${name}\\(`).test(code));
    return [name, users.map(({ action }) => action).join(", ") || "not used yet"];
  });
  expect(documented).toEqual(real);
});

/** Of other modules of this project, static or not; but not of types alone. */
const imports = /(?:^(?:import|export) (?!type )[^;]*?|\bimport\()"(\.[^"]+\.ts)"/gms;

/** The sources that an entry loads, but for the client's own. */
function codeBehind(entry: string): string {
  const loaded = new Map<string, string>();
  load(entry);
  return [...loaded.values()].join("\n");

  function load(path: string): void {
    if (loaded.has(path) || path.startsWith("src/fastly/")) return;
    const source = readFileSync(path, "utf8");
    loaded.set(path, source);
    for (const [, target = ""] of source.matchAll(imports)) {
      load(join(dirname(path), target));
    }
  }
}
