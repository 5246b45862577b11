import { useAction } from "../support/action.ts";

const action = useAction();

/** As many as fit into an input: Linux starts no process with a variable of more than 128 KiB. */
const most = 5_600;

test("a token for thousands of services: what main saves fits into one variable, and the token is revoked", async () => {
  const user = await action.user({ services: most });
  const job = await action.job({ user, inputs: { services: user.services.join(" ") } });
  expect(await job.run("main")).toMatchObject({ conclusion: "success", annotations: [] });
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(post.summary).toContain(`${most} services`);
  expect(post.summary).toContain(`${user.services[0]}`);
  expect(post.summary).toContain(`and ${most - 100} more`);
  expect(await job.alive()).toBe(0);
});
