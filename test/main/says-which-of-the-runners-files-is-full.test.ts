import { messagesOf, useAction } from "../support/action.ts";

const action = useAction();

/** The environment of a step for which the disk is full where one of the runner's files is. */
function fullDisk(file: string): Record<string, string> {
  const code = encodeURIComponent(`process.env.${file} = "/dev/full"`);
  return { NODE_OPTIONS: `--import=data:text/javascript,${code}` };
}

test.each([
  ["GITHUB_STATE", "state", []],
  ["GITHUB_OUTPUT", "outputs", ["POST /tokens 200"]],
  ["GITHUB_ENV", "environment variables", ["POST /tokens 200"]],
])("%s", async (file, name, requests) => {
  const job = await action.job({ inputs: { "export-env": "FASTLY_API_TOKEN" } });
  const main = await job.run("main", { env: fullDisk(file) });
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error")).toEqual([
    expect.stringContaining(`The runner's file for ${name} could not be written: the disk is full (ENOSPC)`),
  ]);
  expect(await job.requests()).toEqual(requests);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});
