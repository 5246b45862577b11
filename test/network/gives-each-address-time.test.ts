import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fillPort } from "./support/full-port.ts";
import { useNetwork } from "./support/network.ts";

const network = useNetwork();

// Only Linux has all of 127.0.0.0/8 on loopback.
(process.platform === "linux" ? test : test.skip)(
  "of two addresses the first answers late, and the second never",
  async () => {
    const slow = await fillPort("127.0.0.1", network.front.port);
    const dead = await fillPort("127.0.0.2", 0, slow.port);
    try {
      network.front.show(await network.authority.issue(["two.test"]));
      const env = { NODE_OPTIONS: `--require=${resolve("test/network/support/two-addresses.cjs")}` };
      const job = await network.job({ inputs: { "api-url": `https://two.test:${slow.port}` }, env });
      const step = await job.start("main");
      await wait(1_000);
      slow.open();
      expect(await step.done).toMatchObject({ conclusion: "success" });
      expect(await job.requests()).toEqual(["POST /tokens 200"]);
    } finally {
      await slow.end();
      await dead.end();
    }
  },
);
