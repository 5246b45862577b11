import { useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";

const action = useAction();

const faults: [what: string, fault: Fault][] = [
  ["503", { kind: "answer", when: "before", status: 503 }],
  [
    "503 with the headers of every write",
    {
      kind: "answer",
      when: "before",
      status: 503,
      headers: { "Fastly-RateLimit-Remaining": "900", "Fastly-RateLimit-Reset": "99999999999" },
    },
  ],
  ["429 with Retry-After", { kind: "answer", when: "before", status: 429, headers: { "Retry-After": "1" } }],
  ["a connection cut before", { kind: "cut", when: "before" }],
  ["a connection cut after", { kind: "cut", when: "after" }],
  ["502 after it took effect", { kind: "answer", when: "after", status: 502 }],
  [
    "200 of a proxy",
    { kind: "answer", when: "before", status: 200, body: "<html>", contentType: "text/html" },
  ],
];

test.each(faults)("%s", async (_, fault) => {
  const job = await action.job();
  await job.run("main");
  await action.emulator.fault({ match: { method: "DELETE", path: "/tokens/self" }, times: 1, fault });
  const post = await job.run("post");
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

test("a token that our own lost try had revoked is not blamed on anybody else", async () => {
  const job = await action.job();
  await job.run("main");
  await action.emulator.fault({
    match: { method: "DELETE", path: "/tokens/self" },
    times: 1,
    fault: { kind: "cut", when: "after" },
  });
  const post = await job.run("post");
  expect(post.log).not.toMatch(/somebody/);
});
