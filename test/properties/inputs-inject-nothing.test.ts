import fc from "fast-check";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { collectNoCoverage } from "../support/runner/job-env.ts";
import { startJob } from "../support/runner.ts";
import { expectNothingInjected, hostileText, marker, outputNames } from "./hostile-text.ts";

collectNoCoverage();

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const maskable = ["username", "password", "totp-secret"];
const others = [
  "scope",
  "services",
  "expires-in",
  "label",
  "export-env",
  "revoke",
  "fail-on-revoke-error",
  "summary",
  "timeout",
];

function goodInputs() {
  const { url, username, password, services } = emulator;
  return {
    username,
    password,
    scope: "purge_all",
    services: services[0] ?? "",
    "api-url": url,
    timeout: "5s",
  };
}

// What is masked is a mask in every form, whatever its text: no mask may come of the other inputs.
function expectNoMask(masks: string[]): void {
  expect(masks.filter((mask) => mask.includes(marker))).toEqual([]);
}

test("no input makes a command, an output or a variable", async () => {
  const given = fc.record({
    input: fc.constantFrom(...others, "api-url"),
    text: hostileText,
    debug: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(given, async ({ input, text, debug }) => {
      const job = await startJob({ inputs: { ...goodInputs(), [input]: text }, debug });
      const main = await job.run("main");
      expectNothingInjected(main, outputNames, main.conclusion === "success" ? Object.keys(main.env) : []);
      expect(Object.keys(main.env)).not.toContain(marker);
      expectNoMask(main.masks);
      const post = await job.run("post");
      expectNothingInjected(post, []);
      expectNoMask(post.masks);
      await job.end();
    }),
    { numRuns: 14, endOnFailure: true },
  );
});

test("no credential does either, but be masked", async () => {
  const given = fc.record({ input: fc.constantFrom(...maskable), text: hostileText });
  await fc.assert(
    fc.asyncProperty(given, async ({ input, text }) => {
      const job = await startJob({ inputs: { ...goodInputs(), [input]: text }, debug: true });
      expectNothingInjected(await job.run("main"), outputNames);
      await job.end();
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

test("nor what the runner says of the run", async () => {
  const context = fc.record({
    repository: hostileText,
    runId: hostileText,
    attempt: hostileText,
    jobId: hostileText,
    serverUrl: hostileText,
  });
  await fc.assert(
    fc.asyncProperty(context, async ({ serverUrl, ...said }) => {
      const env = { GITHUB_SERVER_URL: serverUrl };
      const job = await startJob({ ...said, env, inputs: goodInputs(), debug: true });
      const main = await job.run("main");
      expect(main.conclusion).toBe("success");
      expectNothingInjected(main, outputNames);
      expectNoMask(main.masks);
      expectNothingInjected(await job.run("post"), []);
      await job.end();
    }),
    { numRuns: 4, endOnFailure: true },
  );
});
