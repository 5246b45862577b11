import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerNext, told, useAction } from "../support/action.ts";

const action = useAction();

test.each([302, 307])("%d: nothing is asked elsewhere", async (status) => {
  let hits = 0;
  const elsewhere = createServer((_, response) => {
    hits += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/tokens`;
  await answerNext(action.emulator, ["POST", "/tokens"], { status, headers: { location } }, "always");
  await answerNext(action.emulator, ["DELETE", "/tokens/self"], { status, headers: { location } }, "always");

  const job = await action.job({ inputs: { timeout: "1s" } });
  const main = await job.run("main");
  expect(told(main, "error").join()).toContain("redirect, which is never followed");
  await job.run("post");
  expect(hits).toBe(0);
  elsewhere.close();
});
