import { apiHost, useNetwork } from "./support/network.ts";

const network = useNetwork();

test.each([apiHost, "localhost", "127.0.0.1"])(
  "main and post trust what NODE_EXTRA_CA_CERTS names, for %s",
  async (host) => {
    const job = await network.job({ inputs: { "api-url": network.apiUrl(host) } });
    expect(await job.run("main")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 204"]);
  },
);

test("so does revoke", async () => {
  const main = await network.main();
  const token = main.outputs.token ?? "";
  const revoke = await network.companion("revoke", { inputs: { token } });
  expect(await revoke.run("main")).toMatchObject({ conclusion: "success", outputs: { revoked: "1" } });
  expect(await main.job.alive()).toBe(0);
});

test("so does sweep", async () => {
  const { job } = await network.main({ runId: "1000000001" });
  const { username, password } = job.user;
  const sweep = await network.companion("sweep", {
    inputs: { username, password, "older-than": "0s", "trust-age": "true" },
  });
  expect(await sweep.run("main")).toMatchObject({ conclusion: "success", outputs: { swept: "1" } });
  expect(await job.alive()).toBe(0);
});
