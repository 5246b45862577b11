import { RequestError, Server } from "proxy-chain";
import type { ProxyOptions } from "./proxy.ts";

/* A proxy that others wrote, in a process of its own. Ends with the one that started it. */

const { credentials, refuseWith, identity }: ProxyOptions = JSON.parse(process.argv[2] ?? "{}");

const server = new Server({
  host: "127.0.0.1",
  port: 0,
  ...(identity ? { serverType: "https", httpsOptions: identity } : { serverType: "http" }),
  prepareRequestFunction: ({ username, password }) => {
    if (refuseWith !== undefined) throw new RequestError("Not allowed here.", refuseWith);
    const known =
      credentials === undefined || (username === credentials.username && password === credentials.password);
    return { requestAuthentication: !known };
  },
});

await server.listen();
process.once("disconnect", () => process.exit());
process.send?.(server.port);
