import { useAction } from "../support/action.ts";
import { startElsewhere } from "../support/elsewhere.ts";

const action = useAction();

test("an api-url that changed in between is not sent the token", async () => {
  const elsewhere = await startElsewhere();
  const job = await action.job();
  await job.run("main");
  const apiUrl = elsewhere.url;
  expect(await job.run("post", { inputs: { "api-url": apiUrl } })).toMatchObject({ conclusion: "success" });
  expect(elsewhere.hits).toBe(0);
  expect(await job.alive()).toBe(0);
  elsewhere.close();
});
