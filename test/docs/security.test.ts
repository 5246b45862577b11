import { signItself } from "../network/support/authority.ts";
import { apiHost, useNetwork } from "../network/support/network.ts";
import { messagesOf } from "../support/action.ts";

const network = useNetwork();

// An earlier step can set this for all later ones, through GITHUB_ENV.
const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };

test("main sends no credentials to a certificate of nobody known, whatever the environment says", async () => {
  network.front.show(await signItself([apiHost]));
  const main = await network.main({ env });
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error")).toEqual([expect.stringContaining("certificate")]);
  expect(await main.job.requests()).toEqual([]);
});

test("post sends no token there either", async () => {
  const main = await network.main();
  network.front.show(await signItself([apiHost]));
  const post = await main.job.run("post", { env });
  expect(messagesOf(post, "warning")).toEqual([expect.stringContaining("certificate")]);
  expect(await main.job.requests()).toEqual(["POST /tokens 200"]);
});

test("nor do they through a proxy", async () => {
  network.front.show(await signItself([apiHost]));
  const proxy = await network.proxy();
  const main = await network.main({ env: { ...env, HTTPS_PROXY: `http://${proxy.address}` } });
  expect(messagesOf(main, "error")).toEqual([expect.stringContaining("certificate")]);
  expect(await main.job.requests()).toEqual([]);
});
