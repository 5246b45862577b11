import { anyJob, append, print, runMain } from "./any-action.ts";

test("a mask counts from its line on, and its own line is not shown", async () => {
  const { log } = await runMain(print("early hunter2", "::add-mask::hunter2", "late hunter2"));
  expect(log).toBe("early hunter2\nlate ***");
});

test("a mask of one step counts in the next", async () => {
  const job = await anyJob();
  await job.run("main", { inputs: { code: print("::add-mask::hunter2") } });
  const post = await job.run("post", {
    inputs: { code: print("hunter2", "::error title=hunter2::no hunter2") },
  });
  expect(post.log).toBe("***\n##[error]no ***");
  expect(post.annotations).toEqual([{ level: "error", title: "***", message: "no ***" }]);
  await job.end();
});

test("a mask of several lines hides each of them", async () => {
  const { log } = await runMain(print("::add-mask::first%0Asecond", "first", "the second", "third"));
  expect(log).toBe("***\nthe ***\nthird");
});

test("a mask within a longer one leaves no rest of the longer one", async () => {
  const { log } = await runMain(print("::add-mask::abc", "::add-mask::abcdef", "abcdef"));
  expect(log).toBe("***");
});

test("standard error is masked too, and its commands are obeyed", async () => {
  const { log, stderr } = await runMain('console.error("::add-mask::hunter2\\nhunter2")');
  expect(log).toBe("***");
  expect(stderr).toContain("hunter2");
});

test("the workflow's secrets are masked from the start, and in the summary", async () => {
  const code = print("hunter2") + append("GITHUB_STEP_SUMMARY", "# hunter2\n");
  const { log, summary } = await runMain(code, { secrets: ["hunter2"] });
  expect({ log, summary }).toEqual({ log: "***", summary: "# ***\n" });
});

test("an empty mask is refused with a warning, and hides nothing", async () => {
  const { log, annotations } = await runMain(print("::add-mask::", "text"));
  expect(annotations).toMatchObject([{ level: "warning" }]);
  expect(log).toMatch(/^text$/m);
});
