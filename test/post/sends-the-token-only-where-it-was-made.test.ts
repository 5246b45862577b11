import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { useAction } from "../support/action.ts";

const action = useAction();

test("an api-url that changed in between is not sent the token", async () => {
  let hits = 0;
  const elsewhere = createServer((_, response) => {
    hits += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  const job = await action.job();
  await job.run("main");
  const apiUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  expect(await job.run("post", { inputs: { "api-url": apiUrl } })).toMatchObject({ conclusion: "success" });
  expect(hits).toBe(0);
  expect(await job.alive()).toBe(0);
  elsewhere.close();
});
