import { inspect } from "node:util";
import fc from "fast-check";
import { findLeaks } from "../support/runner/leaks.ts";
import { anyJob, append, print } from "./any-action.ts";

const secret = "p%s<'\"w/+rd é&k";

test.each([
  ["as it is", secret],
  ["for a URL", encodeURIComponent(secret)],
  ["for a form", new URLSearchParams({ password: secret }).toString()],
  ["for JSON", JSON.stringify({ password: secret })],
  ["as Basic credentials", `Basic ${Buffer.from(`me@example.com:${secret}`).toString("base64")}`],
  ["as base64 for a URL", Buffer.from(secret).toString("base64url")],
  ["as hex", Buffer.from(secret).toString("hex")],
  ["as a printed buffer", inspect(Buffer.from(secret))],
  ["for HTML", "p%s&lt;&#39;&quot;w/+rd é&amp;k"],
  ["for a command", secret.replaceAll("%", "%25")],
])("a secret is found %s", (_, text) => {
  expect(findLeaks([secret], { here: `before ${text} after` })).not.toEqual([]);
});

test("whatever stands around a secret, its base64 is found", () => {
  const around = fc.uint8Array({ maxLength: 8 });
  fc.assert(
    fc.property(around, fc.uint8Array({ minLength: 8, maxLength: 40 }), around, (before, bytes, after) => {
      const text = Buffer.from(bytes).toString("latin1");
      const whole = Buffer.concat([before, Buffer.from(text), after]).toString("base64");
      expect(findLeaks([text], { here: whole })).not.toEqual([]);
    }),
  );
});

test("what is not there is not found", () => {
  expect(findLeaks([secret], { here: "a text with nothing to hide" })).toEqual([]);
});

test("a job reports in which step, where and in which form a secret was shown", async () => {
  const job = await anyJob();
  const early = print("early hunter2", "::add-mask::hunter2", "late hunter2");
  await job.run("main", { inputs: { code: early } });
  const hex = Buffer.from("hunter2").toString("hex");
  await job.run("post", { inputs: { code: append("GITHUB_STEP_SUMMARY", `hunter2 ${hex}\n`) } });
  expect(job.leaks(["hunter2"])).toEqual([
    { form: "as it is", where: "main, log", text: "early hunter2" },
    { form: "as it is", where: "main, standard output", text: "early hunter2" },
    { form: "as it is", where: "main, standard output", text: "late hunter2" },
    { form: "hex", where: "post, summary", text: `*** ${hex}` },
  ]);
  await job.end();
});
