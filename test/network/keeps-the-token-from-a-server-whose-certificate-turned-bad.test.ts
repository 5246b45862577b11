import { messagesOf } from "../support/action.ts";
import { signItself } from "./support/authority.ts";
import { apiHost, useNetwork } from "./support/network.ts";

const network = useNetwork();

test("post sends nothing, and warns with the certificate, the token's ID and its expiry", async () => {
  const { job, outputs } = await network.main();
  network.front.show(await signItself([apiHost]));
  const post = await job.run("post");
  expect(post.conclusion).toBe("success");
  const [warning, ...more] = messagesOf(post, "warning");
  expect(more).toEqual([]);
  expect(warning).toContain("certificate is not trusted");
  expect(warning).toContain(outputs["token-id"]);
  expect(warning).toContain(outputs["expires-at"]);
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});
