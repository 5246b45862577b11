import { useBrokerWorld } from "../../support/broker-jobs.ts";

const world = useBrokerWorld();

test("main asks GitHub and the broker, post asks Fastly, and nobody else is asked", async () => {
  const job = await world.job();
  const main = await job.run("main");
  expect(main.annotations).toEqual([]);
  expect(main).toMatchObject({ conclusion: "success", exitCode: 0 });
  expect(main.outputs).toMatchObject({ scope: "purge_all purge_select" });
  expect(await job.asked()).toEqual({
    fastly: ["POST /tokens 200"],
    broker: ["POST /v1/token 200"],
    github: ["GET"],
  });
  const post = await job.run("post");
  expect(post.annotations).toEqual([]);
  expect(await job.asked()).toEqual({
    fastly: ["POST /tokens 200", "DELETE /tokens/self 204"],
    broker: ["POST /v1/token 200"],
    github: ["GET"],
  });
  expect(await world.alive()).toEqual([]);
});
