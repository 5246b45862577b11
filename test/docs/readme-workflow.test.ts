import { spawn } from "node:child_process";
import { once } from "node:events";
import { parse } from "yaml";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { type Job, startJob } from "../support/runner.ts";
import { codeBlocks, readPage, section } from "./markdown.ts";

type Step = {
  id?: string;
  uses?: string;
  with?: Record<string, string>;
  run?: string;
  env?: Record<string, string>;
};

const [yaml = ""] = codeBlocks(section(readPage("README.md"), "## Use it"), "yaml");

let emulator: Emulator;
let job: Job | undefined;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(async () => {
  await job?.end();
  await emulator.stop();
});

test("the README's workflow purges a service, and leaves no token behind", async () => {
  const [service = ""] = emulator.services;
  const steps: Step[] = parse(yaml.replaceAll("SU1Z0isxPaozGVKXdv0eY", service));
  const [create, deploy, ...others] = steps;
  expect(others).toEqual([]);
  expect(create?.uses).toBe("OWNER/fastly-ephemeral-token@v1");

  const known: Record<string, string | undefined> = {
    "secrets.FASTLY_USERNAME": emulator.username,
    "secrets.FASTLY_PASSWORD": emulator.password,
  };
  job = await startJob({ inputs: { ...evaluated(create?.with, known), "api-url": emulator.url } });
  const main = await job.run("main");
  expect(main.conclusion).toBe("success");
  expect(main.annotations).toEqual([]);
  for (const [name, value] of Object.entries(main.outputs))
    known[`steps.${create?.id}.outputs.${name}`] = value;

  const env = evaluated(deploy?.env, known);
  expect(await bash(deploy?.run, env)).toBe(0);
  expect((await job.run("post")).conclusion).toBe("success");
  expect(await bash(deploy?.run, env)).not.toBe(0);

  const purges = (await emulator.requests()).filter(({ path }) => path === `/service/${service}/purge_all`);
  expect(purges.map(({ status }) => status)).toEqual([200, 401]);
  expect(await emulator.tokens()).toEqual([
    expect.objectContaining({ name: "Emulator key" }),
    expect.objectContaining({ scope: "purge_all", services: [service], state: "revoked" }),
  ]);
});

/** What GitHub makes of `${{ … }}`. */
function evaluated(
  texts: Record<string, string> = {},
  known: Record<string, string | undefined>,
): Record<string, string> {
  const evaluate = (text: string) =>
    text.replace(/\$\{\{ (\S+) \}\}/g, (_, name) => {
      const value = known[name];
      if (value === undefined) throw new Error(`the workflow names ${name}, which there is not`);
      return value;
    });
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, evaluate(text)]));
}

async function bash(script = "false", env: Record<string, string>): Promise<number | null> {
  const here = script.replace("https://api.fastly.com", emulator.url);
  const options = { env: { PATH: process.env.PATH ?? "", ...env }, stdio: "ignore" } as const;
  const [code] = await once(spawn("bash", ["-e", "-c", here], options), "close");
  return code;
}
