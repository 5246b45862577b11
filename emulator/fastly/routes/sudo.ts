import type { FastifyInstance } from "fastify";
import { timestamp } from "../../world/clock.ts";
import { Refusal } from "../../world/refusal.ts";
import type { World } from "../../world/world.ts";
import { authenticateWrite, formField, header } from "../authentication.ts";
import { mayWrite } from "../permissions.ts";

export function sudoRoute(api: FastifyInstance, world: World): void {
  api.post("/sudo", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    if (!mayWrite(key)) throw new Refusal("forbidden");
    const password = formField(request, "password");
    if (!password) throw new Refusal("invalid_request");
    // Fastly's command line sends the password alone: the key says whose it is.
    const username = formField(request, "username") ?? key.user.username;
    const user = world.accounts.signIn({ username, password }, header(request, "fastly-otp"));
    if (user !== key.user) throw new Refusal("invalid_grant");
    key.sudoUntil = world.clock() + world.settings.sudoSeconds * 1000;
    reply.send({ expiry_time: timestamp(key.sudoUntil).replace("Z", "+00:00") });
  });
}
