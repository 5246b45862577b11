import { judge } from "./judge.ts";
import type { Exchange, Generation, Reply, Service } from "./service.ts";

/** `POST /v1/explain`: what `/v1/token` would say. Nothing is minted, and the JWT is not used up. */
export async function explain(exchange: Exchange, generation: Generation, service: Service): Promise<Reply> {
  const judged = await judge(exchange, generation, service);
  if (judged.kind === "refused") return judged;
  const { rule, grant } = judged;
  return {
    kind: "answered",
    decision: "granted",
    status: 200,
    body: {
      decision: "granted",
      rule: rule.id,
      scope: grant.scopes.join(" "),
      services: grant.services,
      expires_in: Math.floor(grant.ttlMs / 1000),
      request_id: exchange.id,
    },
  };
}
