import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { fastify } from "fastify";
import { controlApi, type Line } from "./control.ts";
import { createServer, githubToken } from "./server.ts";
import { createWorld } from "./world.ts";

/** The first line of `--json`. */
export type StartLine = {
  url: string;
  /** Of the control API, for tests. */
  controlUrl: string;
  /** The issuer as github.com's, and its keys. */
  issuer: string;
  jwksUri: string;
  /** May ask the REST API, which is at `url`, and below `/api/v3`. */
  githubToken: string;
};

const host = "127.0.0.1";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});

process.once("SIGTERM", () => process.exit(0));
process.once("SIGINT", () => process.exit(0));

const world = await createWorld();
const { github, routes } = createServer(world);
await github.listen({ host, port: Number(options.port) });
const { port } = github.server.address() as AddressInfo;
world.url = `http://${host}:${port}`;

/** Closed and opened below the framework, which can listen only once. */
const line: Line = {
  close: async () => {
    if (!github.server.listening) return;
    github.server.close();
    github.server.closeAllConnections();
    await once(github.server, "close");
  },
  open: async () => {
    if (github.server.listening) return;
    github.server.listen(port, host);
    await once(github.server, "listening");
  },
};

const control = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } });
controlApi(control, world, line, routes);
const controlUrl = await control.listen({ host, port: 0 });

const { url } = world;
const start: StartLine = { url, controlUrl, issuer: url, jwksUri: `${url}/.well-known/jwks`, githubToken };
process.stdout.write(
  options.json
    ? `${JSON.stringify(start)}\n`
    : `GitHub emulator: ${url}\n\n  issuer     ${start.issuer}\n  keys       ${start.jwksUri}\n  control    ${controlUrl}\n`,
);
