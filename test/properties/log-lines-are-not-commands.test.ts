import { spawnSync } from "node:child_process";
import { looksLikeCommand } from "../support/runner/workflow-commands.ts";

const hostile = [
  "::error::pwned",
  " \t::add-mask::pwned",
  "\u0085::set-env name=A::pwned",
  "\u200b::stop-commands::pwned",
  "before\n::add-path::pwned",
  ":::error::pwned",
  "##[error]pwned",
];

/** What a step prints of these texts, by one way to the log. */
function printed(way: string): string[] {
  const program = `
import { detail, endGroup, info, progress } from "./src/action/log.ts";
const ways = { info, progress, detail: (text) => detail("A group", text) };
for (const text of ${JSON.stringify(hostile)}) ways.${way}(text);
endGroup();`;
  const command = ["--input-type=module", "-e", program];
  const { stdout } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes("pwned"));
}

test.each(["info", "progress", "detail"])("%s prints no text as a workflow command", (way) => {
  const lines = printed(way);
  expect(lines).toHaveLength(hostile.length);
  expect(lines.filter(looksLikeCommand)).toEqual([]);
});
