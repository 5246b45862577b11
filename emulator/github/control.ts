import type { FastifyInstance } from "fastify";
import type { JWK } from "jose";
import { BadControl } from "../control/bad-control.ts";
import { checkSchemas } from "../control/schemas.ts";
import { type FaultRule, faultRuleSchema } from "./faults.ts";
import type { IssuerPath, KeyRing, Rotation } from "./issuers.ts";
import type { Claims, Job, JobToRegister } from "./jobs.ts";
import type { KnownRun } from "./rest/runs.ts";
import { payloadOf, signAnything, type TokenToSign } from "./tokens.ts";
import { type SignedWebhook, signWebhook, type WebhookToSign } from "./webhooks.ts";
import type { World } from "./world.ts";

const loopback = ["127.0.0.1", "[::1]", "localhost"];

export type RegisteredJob = {
  id: string;
  requestUrl: string;
  requestToken: string;
  server: string;
  claims: Readonly<Record<string, string>>;
};

export type IssuerReport = {
  issuer: string;
  jwksUri: string;
  kid: string;
  privateKeyPem: string;
  published: JWK[];
};

/** `listening` false: connections are refused, as of a host that is down. */
export type Line = { open(): Promise<void>; close(): Promise<void> };

/** For tests, on a port of its own: never logged, never faulted, and there also while GitHub is down. */
export function controlApi(
  control: FastifyInstance,
  world: World,
  line: Line,
  routes: ReadonlySet<string>,
): void {
  checkSchemas(control);
  control.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    reply.code(error.statusCode ?? 500).send({ msg: error.message });
  });

  issuerControls(control, world);
  jobControls(control, world);
  webhookControls(control, world);
  requestControls(control, world);
  faultControls(control, world, routes);

  control.post("/down", async (_request, reply) => {
    await line.close();
    return reply.code(204).send();
  });
  control.post("/up", async (_request, reply) => {
    await line.open();
    return reply.code(204).send();
  });
}

function issuerControls(control: FastifyInstance, world: World): void {
  const { issuers } = world;

  function ringOf(path: IssuerPath = ""): KeyRing {
    const ring = issuers.find(path);
    if (!ring) throw new BadControl(`no issuer ${path}: ${issuers.paths().join(", ")}`);
    return ring;
  }

  function report(path: IssuerPath = ""): IssuerReport {
    const { signing, published } = ringOf(path);
    const issuer = `${world.url}${path}`;
    const jwksUri = `${issuer}/.well-known/jwks`;
    return { issuer, jwksUri, kid: signing.kid, privateKeyPem: signing.privateKeyPem, published };
  }

  control.post<{ Body: { path: IssuerPath; ownKeys?: boolean } }>("/issuers", async (request) => {
    await issuers.add(request.body.path, request.body);
    return report(request.body.path);
  });
  control.get<{ Querystring: { path?: IssuerPath } }>("/issuers", (request) => report(request.query.path));
  control.post<{ Body: Rotation }>("/issuers/rotate", async (request) => {
    await issuers.rotate(ringOf(request.body.issuer), request.body);
    return report(request.body.issuer);
  });
  control.put<{ Body: { issuer?: IssuerPath; keys: JWK[] } }>("/issuers/keys", (request, reply) => {
    ringOf(request.body.issuer).published = request.body.keys;
    reply.code(204).send();
  });
  control.post<{ Body: TokenToSign }>("/sign", (request) => ({
    token: signAnything(ringOf(request.body.issuer), request.body),
  }));
}

function jobControls(control: FastifyInstance, world: World): void {
  const { jobs } = world;

  control.post<{ Body: JobToRegister }>("/jobs", (request): RegisteredJob => {
    const { issuer = "" } = request.body;
    if (!world.issuers.find(issuer)) throw new BadControl(`no issuer ${issuer}: ${world.issuers.paths()}`);
    const { id, requestPath, requestToken, server, claims } = jobs.register(request.body);
    const { repository = "", run_id: runId = "", run_attempt: attempt = "1" } = claims;
    world.runs.know({ repository, runId, attempt, status: "in_progress" });
    return { id, requestUrl: `${world.url}${requestPath}`, requestToken, server, claims };
  });
  control.post<{ Body: KnownRun[] }>("/runs", (request, reply) => {
    world.runs.know(...request.body);
    reply.code(204).send();
  });
  control.post<{ Params: { id: string } }>("/jobs/:id/end", (request, reply) => {
    jobOf(world, request.params.id).over = true;
    reply.code(204).send();
  });
  /** What a token of the job states, unsigned: to be changed, then signed. */
  control.get<{ Params: { id: string }; Querystring: { audience: string } }>(
    "/jobs/:id/claims",
    (request): Claims => {
      const job = jobOf(world, request.params.id);
      return payloadOf(job, `${world.url}${job.issuer}`, request.query.audience);
    },
  );
}

function webhookControls(control: FastifyInstance, world: World): void {
  control.post<{ Body: WebhookToSign }>(
    "/webhooks/sign",
    (request): SignedWebhook => signWebhook(jobOf(world, request.body.job), request.body),
  );
  control.post<{ Body: WebhookToSign & { url: string } }>("/webhooks", async (request) => {
    const { headers, body } = signWebhook(jobOf(world, request.body.job), request.body);
    if (!loopback.includes(new URL(request.body.url).hostname)) {
      throw new BadControl(`webhooks go to this machine alone: ${loopback.join(", ")}`);
    }
    const response = await fetch(request.body.url, { method: "POST", headers, body, redirect: "manual" });
    return { status: response.status, body: await response.text(), delivery: headers["x-github-delivery"] };
  });
}

function requestControls(control: FastifyInstance, { requests }: World): void {
  control.get("/requests", () => requests.entries);
  control.get<{ Querystring: { path: string; after?: string; timeoutMs?: string } }>(
    "/requests/next",
    async (request) => {
      const { path, after = "0", timeoutMs = "10000" } = request.query;
      const entry = await requests.next(path, Number(after), Number(timeoutMs));
      if (!entry) throw new BadControl(`no request for ${path} within ${timeoutMs} ms`);
      return entry;
    },
  );
}

function faultControls(control: FastifyInstance, { faults }: World, routes: ReadonlySet<string>): void {
  control.post<{ Body: FaultRule }>("/faults", { schema: { body: faultRuleSchema } }, (request, reply) => {
    const { path } = request.body;
    // A pattern that is no route's would match nothing, and a test would pass for the wrong reason.
    if (/[:*]/.test(path) && !routes.has(path)) throw new BadControl(`no route ${path}: ${[...routes]}`);
    faults.add(request.body);
    reply.code(204).send();
  });
  control.delete("/faults", (_request, reply) => {
    faults.clear();
    reply.code(204).send();
  });
}

function jobOf({ jobs }: World, id: string): Job {
  const job = jobs.byId(id);
  if (!job) throw new BadControl(`no job ${id}`);
  return job;
}
