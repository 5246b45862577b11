import { useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { cut, respond } from "../support/faults.ts";

const action = useAction();

const faults: [what: string, fault: Fault][] = [
  ["503", respond(503)],
  [
    "503 with the headers of every write",
    respond(503, "", {
      headers: { "Fastly-RateLimit-Remaining": "900", "Fastly-RateLimit-Reset": "99999999999" },
    }),
  ],
  ["429 with Retry-After", respond(429, "", { headers: { "Retry-After": "1" } })],
  ["a connection cut before", cut("before")],
  ["a connection cut after", cut("after")],
  ["502 after it took effect", respond(502, "", { when: "after" })],
  ["200 of a proxy", respond(200, "<html>")],
];

test.each(faults)("%s", async (_, fault) => {
  const job = await action.job();
  await job.run("main");
  await action.emulator.inject("DELETE /tokens/self", fault);
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("a token that our own lost try had revoked is not blamed on anybody else", async () => {
  const job = await action.job();
  await job.run("main");
  await action.emulator.inject("DELETE /tokens/self", cut("after"));
  const post = await job.run("post");
  expect(post.log).not.toMatch(/somebody/);
});
