import { anyJob, append, print, runMain } from "./any-action.ts";

test.each([
  ["at the start of a line", "::notice title=a%2Cb%3A,file=x::c%0Ad", "a,b:", "c\nd"],
  ["after white space", " \t::notice title=t::m", "t", "m"],
  ["in the older form, anywhere in a line", "text ##[notice title=a%3B%5D]m", "a;]", "m"],
  ["in any case", "::NOTICE TITLE=t::m", "t", "m"],
])("a command is read %s", async (_, line, title, message) => {
  const { annotations } = await runMain(print(line));
  expect(annotations).toEqual([{ level: "notice", title, message }]);
});

test("a carriage return alone ends a line, so that a command may follow it", async () => {
  const { annotations } = await runMain(print("harmless\r::error::injected"));
  expect(annotations).toEqual([{ level: "error", message: "injected" }]);
});

test("a line end that comes in two pieces is one", async () => {
  const code = 'process.stdout.write("one\\r", () => setImmediate(() => process.stdout.write("\\ntwo")))';
  expect((await runMain(code)).log).toBe("one\ntwo");
});

test("what comes after a line's start is no command", async () => {
  const { log, commands } = await runMain(print("text ::error::m"));
  expect({ log, commands }).toEqual({ log: "text ::error::m", commands: [] });
});

test("an unknown command is shown as it is, and reported", async () => {
  const { log, unknownCommands } = await runMain(print("::shout::m"));
  expect({ log, unknownCommands }).toEqual({ log: "::shout::m", unknownCommands: ["::shout::m"] });
});

test("stopped commands are shown, until they are resumed", async () => {
  const { log } = await runMain(
    print("::stop-commands::token", "::error::a", "::token::", "::debug::b", "c"),
  );
  expect(log).toBe("::stop-commands::token\n::error::a\n::token::\nc");
});

test("outputs and state on standard output still work, and are reported", async () => {
  const result = await runMain(print("::set-output name=o::1", "::save-state name=s::2"));
  expect(result).toMatchObject({ outputs: { o: "1" }, state: { s: "2" } });
  expect(result.commands.map(({ name }) => name)).toEqual(["set-output", "save-state"]);
});

test("setting the environment on standard output fails the step", async () => {
  const { conclusion, env } = await runMain(print("::set-env name=A::1"));
  expect({ conclusion, env }).toEqual({ conclusion: "failure", env: {} });
});

test("debug lines, with state, outputs and environment, are shown in debug mode alone", async () => {
  const code =
    print("::add-mask::hunter2", "::debug::hunter2") +
    append("GITHUB_STATE", "s=hunter2\n") +
    append("GITHUB_OUTPUT", "o=hunter2\n") +
    append("GITHUB_ENV", "e=hunter2\n");
  expect((await runMain(code)).log).toBe("");
  const lines = ["***", "e='***'", "Save intra-action state s = ***", "Set output o = ***"];
  expect((await runMain(code, { debug: true })).log.split("\n")).toEqual(
    lines.map((line) => `##[debug]${line}`),
  );
});

test("the step learns of debug mode", async () => {
  const job = await anyJob({ debug: true });
  const { stdout } = await job.run("main", { inputs: { code: "console.log(process.env.RUNNER_DEBUG)" } });
  expect(stdout).toBe("1\n");
  await job.end();
});
