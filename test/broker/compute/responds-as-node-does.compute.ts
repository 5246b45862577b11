import { type BrokerHost, startBroker } from "../../support/broker.ts";
import { buildForCompute, type ComputePackage } from "../../support/compute.ts";
import { comparable, type Setup } from "../exchanges/row.ts";
import { prepareHosts, table } from "../exchanges/table.ts";
import { useWorld } from "../service/world.ts";

const world = useWorld();
let setup: Setup;
let built: ComputePackage;
let hosts: { node: BrokerHost; compute: BrokerHost };
/** Request IDs of the answers to a row, on either host. */
const answered: { name: string; node: string; compute: string }[] = [];

beforeAll(async () => {
  const { config, env, ...set } = await prepareHosts(world);
  setup = set.setup;
  built = await buildForCompute(config, env);
  const [node, compute] = await Promise.all([startBroker(config, { env }), built.serve()]);
  hosts = { node, compute };
});
afterAll(async () => {
  await Promise.all([hosts.node.stop(), hosts.compute.stop()]);
  await built.remove();
});

test.each(table)("$name: the same bytes", async ({ name, send, status, code }) => {
  const [node, compute] = [await send(hosts.node, setup), await send(hosts.compute, setup)];
  expect([compute.status, compute.body?.error_code]).toEqual([status, code]);
  expect(comparable(compute)).toEqual(comparable(node));
  if (node.body.request_id !== undefined)
    answered.push({ name, node: node.body.request_id, compute: compute.body.request_id });
});

test("their audit lines say the same of each", () => {
  const decisionOf = (host: BrokerHost, id: string) => {
    const { event, decision, error_code, reason, rule, user } =
      host.audit().find(({ request_id }) => request_id === id) ?? {};
    return { event, decision, error_code, reason, rule, user };
  };
  expect(answered.length).toBeGreaterThan(100);
  const node = answered.map(({ name, node }) => ({ name, ...decisionOf(hosts.node, node) }));
  const compute = answered.map(({ name, compute }) => ({ name, ...decisionOf(hosts.compute, compute) }));
  expect(compute).toEqual(node);
});

test("nothing secret was written", () => {
  expect(hosts.compute.output()).not.toContain(setup.user.password);
  expect(hosts.compute.output()).not.toContain("eyJ");
});
