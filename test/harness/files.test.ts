import { anyJob, append, runMain } from "./any-action.ts";

test.each([
  ["plain pairs", "a=1\nb=2=3\n\nc=\n", { a: "1", b: "2=3", c: "" }],
  ["a pair without a line end", "a=1", { a: "1" }],
  ["a value of several lines", "a<<END\n1\n\nb=2\nEND\nc=3\n", { a: "1\n\nb=2", c: "3" }],
  ["an empty value", "a<<END\nEND\n", { a: "" }],
  ["a delimiter without a line end", "a<<END\n1\nEND", { a: "1" }],
  ["an equals sign before the heredoc", "a=b<<END\n", { a: "b<<END" }],
  ["an equals sign in the delimiter", "a<<E=D\n1\nE=D\n", { a: "1" }],
  ["a carriage return, which is no line end", "a=1\rb=2\n", { a: "1\rb=2" }],
  ["the later of two", "a=1\na=2\n", { a: "2" }],
])("outputs hold %s", async (_, text, outputs) => {
  const result = await runMain(append("GITHUB_OUTPUT", text));
  expect(result).toMatchObject({ conclusion: "success", annotations: [] });
  expect(result.outputs).toEqual(outputs);
});

test.each([
  ["a line that is no pair", "a=1\nnonsense\nb=2\n"],
  ["a delimiter that never comes", "a=1\nb<<END\n2\n"],
  ["a delimiter that never comes, and no line end", "a=1\nb<<END\n2"],
  ["an empty delimiter", "a=1\nb<<\n2\n"],
  ["an empty name", "a=1\n<<END\n2\nEND\n"],
])("%s fails the step, and what came before it counts", async (_, text) => {
  const result = await runMain(append("GITHUB_OUTPUT", text));
  expect(result).toMatchObject({ conclusion: "failure", exitCode: 0, annotations: [{ level: "error" }] });
  expect(result.outputs).toEqual({ a: "1" });
});

test("state reaches post, line ends and all, and an input may differ there", async () => {
  const job = await anyJob();
  await job.run("main", { inputs: { code: append("GITHUB_STATE", "a<<END\n1\n2\nEND\n") } });
  const post = await job.run("post", {
    inputs: { code: "console.log(JSON.stringify(process.env.STATE_a))" },
  });
  expect(post.stdout).toBe('"1\\n2"\n');
  await job.end();
});

test("state is no part of main's environment", async () => {
  const job = await anyJob();
  await job.run("main", { inputs: { code: append("GITHUB_STATE", "a=1\n") } });
  const again = await job.run("main", { inputs: { code: "console.log(process.env.STATE_a)" } });
  expect(again.stdout).toBe("undefined\n");
  await job.end();
});

test("the environment that main sets holds for the rest of the job", async () => {
  const job = await anyJob();
  await job.run("main", { inputs: { code: append("GITHUB_ENV", "FASTLY_API_TOKEN=1\n") } });
  expect(job.env).toEqual({ FASTLY_API_TOKEN: "1" });
  const post = await job.run("post", { inputs: { code: "console.log(process.env.FASTLY_API_TOKEN)" } });
  expect(post.stdout).toBe("1\n");
  await job.end();
});

test("NODE_OPTIONS is refused", async () => {
  const { conclusion, env } = await runMain(append("GITHUB_ENV", "NODE_OPTIONS=--inspect\n"));
  expect({ conclusion, env }).toEqual({ conclusion: "failure", env: {} });
});

test.each([
  ["of a mebibyte is kept", 1024 * 1024, "success"],
  ["over a mebibyte is dropped", 1024 * 1024 + 1, "failure"],
])("a summary %s", async (_, size, conclusion) => {
  const code = `(await import("node:fs")).writeFileSync(process.env.GITHUB_STEP_SUMMARY, "x".repeat(${size}))`;
  const result = await runMain(code);
  expect(result.conclusion).toBe(conclusion);
  expect(result.summary).toHaveLength(conclusion === "success" ? size : 0);
});

test("a path is kept", async () => {
  const { path } = await runMain(append("GITHUB_PATH", "/opt/bin\n"));
  expect(path).toEqual(["/opt/bin"]);
});
