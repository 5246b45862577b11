import type { FastifyInstance } from "fastify";
import { timestamp } from "../../world/clock.ts";
import { Refusal } from "../../world/refusal.ts";
import type { World } from "../../world/world.ts";
import { authenticateWrite } from "../authentication.ts";
import { requireWrite } from "../permissions.ts";
import { formField, header } from "../requests.ts";

/** Takes a form, as recorded, and JSON, as documented. */
export function sudoRoute(api: FastifyInstance, world: World): void {
  api.post("/sudo", (request, reply) => {
    const key = authenticateWrite(world, request, reply);
    requireWrite(key);
    const password = formField(request, "password");
    if (!password) throw new Refusal("sudo_refused");
    // Fastly's command line sends the password alone: the key says whose it is.
    const username = formField(request, "username") ?? key.user.username;
    const user = world.accounts.signIn({ username, password }, header(request, "fastly-otp"), {
      wrong: "sudo_refused",
      locked: "sudo_refused",
    });
    if (user !== key.user) throw new Refusal("sudo_refused");
    key.sudoUntil = world.clock() + world.settings.sudoSeconds * 1000;
    reply.send({ expiry_time: timestamp(key.sudoUntil).replace("Z", "+00:00") });
  });
}
