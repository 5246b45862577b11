import { configOf, purgeRule, type World } from "../service/world.ts";
import { otherRequests } from "./ends.ts";
import { upstreamRefusals, upstreamRules } from "./fastly.ts";
import { judgedRequests } from "./policy.ts";
import { malformedRequests } from "./requests.ts";
import type { Row, Setup } from "./row.ts";

/** Every exchange and refusal that hosts of the broker answer alike. */
export const table: readonly Row[] = [
  ...malformedRequests,
  ...judgedRequests,
  ...upstreamRefusals,
  ...otherRequests,
];

/** What the table takes place in, and the configuration that it expects. */
export async function prepareHosts(
  world: World,
): Promise<Awaited<ReturnType<typeof configOf>> & { setup: Setup }> {
  const user = await world.fastly.addUser();
  const upstream = await Promise.all(
    upstreamRules.map(async (id) => ({ id, user: await world.fastly.addUser() })),
  );
  const rule = purgeRule(["ci-web"], user.services);
  const rules = [
    rule,
    { ...rule, id: "of-another-organization", match: { ...rule.match, repository_owner_id: "77" } },
    { ...purgeRule(["ci-web"], user.services, { grant: { per_hour: 1 } }), id: "hourly" },
    { ...purgeRule(["ci-web"], user.services, { grant: { max_live: 1 } }), id: "live" },
    { ...purgeRule(["ci-web"], user.services, { grant: { max_live: 1 } }), id: "in-turn" },
    ...upstream.map(({ id, user }) => ({ ...purgeRule([id], user.services), id })),
  ];
  const users = [{ id: "ci-web", user }, ...upstream];
  const { config, env } = await configOf(world, { users, rules });
  return { config, env, setup: { world, user, job: await world.github.registerJob() } };
}
