import type { FastifyInstance } from "fastify";
import { timestamp } from "../../world/clock.ts";
import type { World } from "../../world/world.ts";
import { authenticate } from "../authentication.ts";
import { covers, requireRead } from "../permissions.ts";
import { orNull } from "../responses.ts";

/** Who a key belongs to. */
export function accountRoutes(api: FastifyInstance, world: World): void {
  // Documented nowhere: as Fastly's command line reads it.
  api.get("/verify", (request, reply) => {
    const key = authenticate(world, request);
    const { user } = key;
    const covered = user.customer.services.filter((id) => covers(key, id));
    const named = covered.map((id) => [id, world.services.find(user.customer, id).name]);
    reply.send({
      customer: { id: user.customer.id, name: "Customer" },
      user: { id: user.id, name: user.username, login: user.username },
      services: Object.fromEntries(named),
      token: {
        id: key.id,
        name: key.name,
        created_at: timestamp(key.createdAt),
        expires_at: orNull(key.expiresAt),
        scope: key.scopes.join(" "),
      },
    });
  });

  api.get("/current_user", (request, reply) => {
    const key = authenticate(world, request);
    requireRead(key);
    const { user } = key;
    const createdAt = timestamp(world.startedAt);
    reply.send({
      id: user.id,
      created_at: createdAt,
      updated_at: createdAt,
      name: user.username,
      customer_id: user.customer.id,
      require_new_password: false,
      role: user.role,
      login: user.username,
      deleted_at: null,
      locked: false,
      two_factor_auth_enabled: user.totp ? true : null,
      limit_services: false,
      last_active_at: orNull(key.lastUse?.at ?? null),
    });
  });
}
