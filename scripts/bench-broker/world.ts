/* The processes of scripts/bench-broker.ts. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audience, type Issuer, publicPem, startIssuer } from "./issuer.ts";
import { type Server, startServer, stopServer } from "./server.ts";

export interface World {
  issuer: Issuer;
  broker: Server;
  bare: Server;
  end(): Promise<void>;
}

const folder = "scripts/bench-broker";

/** @param minutes how long a token lives */
export async function startWorld(minutes: number): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "bench-broker-"));
  const issuer = await startIssuer();
  const fastly = await startServer([`${folder}/fastly.ts`, String(minutes)]);
  const config = join(directory, "broker.yaml");
  await writeFile(config, JSON.stringify(configuration(issuer.url, fastly.url, minutes)));
  const key = join(directory, "key.pem");
  await writeFile(key, publicPem);
  const broker = await startServer(["src/broker/main.ts", "--config", config, "--port", "0", "--json"], {
    BENCH_SECRET: "a secret of the bench",
  });
  const bare = await startServer([`${folder}/bare.ts`, fastly.url, key]);
  return {
    issuer,
    broker,
    bare,
    end: async () => {
      await Promise.all([broker, bare].map(stopServer));
      await stopServer(fastly);
      issuer.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** With room for every exchange: nobody ends a token before its time. */
function configuration(issuer: string, fastly: string, minutes: number): object {
  const secret = { env: "BENCH_SECRET" };
  const ids = ["one", "two", "three"];
  return {
    version: 1,
    audience,
    issuers: [{ issuer, jwks_uri: `${issuer}/jwks`, server: "https://github.com" }],
    fastly: {
      api_url: fastly,
      users: ids.map((id) => ({ id, username: secret, password: secret, max_live_tokens: 100_000 })),
    },
    store: "memory",
    rules: [
      {
        id: "web-purge",
        users: ids,
        match: { repository_owner_id: "9919", repository_id: "1296269", event_name: "push" },
        grant: { scope: ["purge_select"], services: ["SU1Z0isxPaozGVKXdv0eY"], max_ttl: `${minutes}m` },
      },
    ],
  };
}
