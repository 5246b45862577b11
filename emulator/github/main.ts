import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fastify } from "fastify";
import { listenAt, printStart, runEmulator } from "../start.ts";
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

const emulator = {
  script: "emulator:github",
  purpose: "Starts an emulator of GitHub's OIDC issuer and webhooks, and prints its URLs.",
};

await runEmulator(emulator, async ({ host, port: wanted, json }) => {
  const world = await createWorld();
  const { github, routes } = createServer(world);
  const url = await listenAt({ host, port: wanted }, github);
  world.url = url;
  const { port } = github.server.address() as AddressInfo;

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

  const control = fastify();
  controlApi(control, world, line, routes);
  const controlUrl = await listenAt({ host, port: 0 }, control);
  const start: StartLine = { url, controlUrl, issuer: url, jwksUri: `${url}/.well-known/jwks`, githubToken };
  printStart(json ? `${JSON.stringify(start)}\n` : forPerson(start));
});

function forPerson({ url, issuer, jwksUri, controlUrl }: StartLine): string {
  return `GitHub emulator: ${url}

  issuer     ${issuer}
  keys       ${jwksUri}
  control    ${controlUrl}
`;
}
