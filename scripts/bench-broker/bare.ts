/* What any broker has to do at least, for scripts/bench-broker.ts: one signature, one request, one answer. */
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { importSPKI, jwtVerify } from "jose";
import { Agent, request } from "undici";

const [fastly = "", pem = ""] = process.argv.slice(2);
const key = await importSPKI(await readFile(pem, "utf8"), "RS256");
const agent = new Agent({ connections: 32 });
const app = new Hono();

app.post("/v1/token", async (context) => {
  const form = new URLSearchParams(await context.req.text());
  await jwtVerify(form.get("subject_token") ?? "", key, { algorithms: ["RS256"] });
  const { body } = await request(`${fastly}/tokens`, {
    method: "POST",
    dispatcher: agent,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "name=x&scope=purge_select&expires_at=2030-01-01T00:00:00Z&username=u&password=p",
  });
  const token = (await body.json()) as Record<string, unknown>;
  return context.json({ access_token: token.access_token }, 200, { "cache-control": "no-store" });
});

const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, (address: AddressInfo) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
});
process.once("SIGTERM", () => {
  server.close();
  process.exit(0);
});
