import { useWorld, withBroker } from "../service/world.ts";
import { codesOf, createsSince, exchangeAll, lastRequest } from "./support.ts";

const world = useWorld();

test("a broker that starts anew finds by a list how little room an earlier one has left", async () => {
  const user = await world.fastly.addUser();
  const soon = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, "");
  const earlier = { name: "of an earlier broker", user: user.userId, expires_at: soon };
  await world.fastly.addTokens(Array(80).fill(earlier));
  const since = await lastRequest(world.fastly);
  await withBroker(world, { users: [{ id: "ci-web", user }] }, async (broker) => {
    const job = await world.github.registerJob();
    const codes = codesOf(await exchangeAll(broker, job, 30));
    expect(codes.filter((code) => code === "200")).toHaveLength(19);
    expect(codes.filter((code) => code === "no_room")).toHaveLength(11);
  });
  const refused = (await createsSince(world.fastly, since)).filter(({ status }) => status !== 200);
  expect(refused).toEqual([]);
});
