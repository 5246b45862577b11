import type { FastifyInstance } from "fastify";
import { type Settings, settingsSchema } from "../world/settings.ts";
import type { World } from "../world/world.ts";
import { faultControls } from "./faults.ts";
import { requestControls } from "./requests.ts";
import { checkSchemas } from "./schemas.ts";
import { serviceControls } from "./services.ts";
import { tokenControls } from "./tokens.ts";
import { userControls } from "./users.ts";

/** For tests: never in the journal, never limited, never faulted. */
export function controlApi(control: FastifyInstance, world: World, routes: ReadonlySet<string>): void {
  checkSchemas(control);
  control.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    reply.code(error.statusCode ?? 500).send({ msg: error.message });
  });
  control.setNotFoundHandler((_request, reply) => {
    reply.code(404).send({ msg: "no such control" });
  });

  faultControls(control, world.faults, routes);
  requestControls(control, world.journal);
  tokenControls(control, world);
  userControls(control, world.accounts);
  serviceControls(control, world.services);

  control.patch<{ Body: Partial<Settings> }>(
    "/settings",
    { schema: { body: settingsSchema } },
    (request, reply) => {
      reply.send(Object.assign(world.settings, request.body));
    },
  );
}
