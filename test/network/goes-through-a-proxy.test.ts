import { cut } from "../support/faults.ts";
import { apiHost, useNetwork } from "./support/network.ts";

const network = useNetwork();

const tunnel = () => `${apiHost}:${network.front.port}`;

test("main and post each ask the proxy for one tunnel, and the API for one thing", async () => {
  const proxy = await network.proxy();
  const job = await network.job({ env: { HTTPS_PROXY: `http://${proxy.address}` } });
  expect(await job.run("main")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 204"]);
  expect(proxy.asked()).toEqual([tunnel(), tunnel()]);
});

test("the requests of a recovery share one tunnel", async () => {
  const proxy = await network.proxy();
  const job = await network.job({ env: { HTTPS_PROXY: `http://${proxy.address}` } });
  await network.action.emulator.inject("POST /tokens", cut("after"), { times: "always" });
  await job.run("main");
  await network.action.emulator.clearFaults();
  const byMain = proxy.asked().length;
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
  expect(proxy.asked().slice(byMain)).toEqual([tunnel()]);
});

test("revoke goes through it", async () => {
  const { job, outputs } = await network.main();
  const proxy = await network.proxy();
  const revoke = await network.companion("revoke", {
    inputs: { token: outputs.token ?? "" },
    env: { HTTPS_PROXY: `http://${proxy.address}` },
  });
  expect(await revoke.run("main")).toMatchObject({ conclusion: "success", outputs: { revoked: "1" } });
  expect(await job.alive()).toBe(0);
  expect(proxy.asked()).toEqual([tunnel()]);
});
