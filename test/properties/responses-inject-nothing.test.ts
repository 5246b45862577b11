import fc from "fast-check";
import { answerOf } from "../support/action.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { respond } from "../support/faults.ts";
import { collectNoCoverage } from "../support/runner/job-env.ts";
import { startJob } from "../support/runner.ts";
import { expectNothingInjected, hostileText, outputNames } from "./hostile-text.ts";

collectNoCoverage();

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.clearFaults());
afterAll(() => emulator.stop());

function inputs(scope = "purge_all", services = emulator.services[0] ?? "") {
  const { url, username, password } = emulator;
  return {
    username,
    password,
    scope,
    services,
    "api-url": url,
    timeout: "2s",
    "export-env": "FASTLY_API_TOKEN",
  };
}

const fields = ["id", "name", "user_id", "customer_id", "scope", "created_at", "expires_at", "access_token"];

test("no field of a created token makes a command, an output or a variable", async () => {
  const given = fc.record({ field: fc.constantFrom(...fields), text: hostileText, debug: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(given, async ({ field, text, debug }) => {
      const answer = await answerOf(emulator, emulator, { [field]: text });
      await emulator.inject("POST /tokens", respond(200, answer));
      const job = await startJob({ inputs: inputs(), debug });
      const main = await job.run("main");
      expectNothingInjected(main, outputNames, ["FASTLY_API_TOKEN"]);
      expectNothingInjected(await job.run("post"), [], ["FASTLY_API_TOKEN"]);
      await job.end();
      await emulator.clearFaults();
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test("an answer that is believed hands its texts on as they are, and nothing else", async () => {
  const texts = fc.record({
    name: hostileText,
    user_id: hostileText,
    customer_id: hostileText,
    service: hostileText,
  });
  await fc.assert(
    fc.asyncProperty(texts, async ({ name, user_id, customer_id, service }) => {
      const answer = await answerOf(emulator, emulator, {
        name,
        user_id,
        customer_id,
        services: [service],
        scope: "global",
      });
      await emulator.inject("POST /tokens", respond(200, answer));
      const job = await startJob({ inputs: inputs("global", "*"), debug: true });
      const main = await job.run("main");
      expectNothingInjected(main, outputNames, ["FASTLY_API_TOKEN"]);
      expect(main.outputs).toMatchObject({
        name,
        "user-id": blankIsNone(user_id),
        "customer-id": blankIsNone(customer_id),
        services: service,
      });
      expect(main.env).toEqual({ FASTLY_API_TOKEN: answer.access_token });
      expectNothingInjected(await job.run("post"), [], ["FASTLY_API_TOKEN"]);
      await job.end();
    }),
    { numRuns: 6, endOnFailure: true },
  );
});

/** What nobody needs may be blank, or missing. */
function blankIsNone(text: string): string {
  return text.trim() === "" ? "" : text;
}

test("no refusal does either, in main or in post", async () => {
  const given = fc.record({
    status: fc.constantFrom(400, 401, 403, 429, 500),
    msg: hostileText,
    detail: hostileText,
    json: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(given, async ({ status, msg, detail, json }) => {
      const refusal = respond(status, json ? { msg, detail } : `${msg}${detail}`);
      const job = await startJob({ inputs: inputs(), debug: true });
      expect(await job.run("main")).toMatchObject({ conclusion: "success" });
      for (const method of ["POST", "GET", "DELETE"])
        for (const path of ["/tokens", "/tokens/self", "/tokens/:id"])
          await emulator.inject(`${method} ${path}`, refusal, { times: "always" });
      expectNothingInjected(await job.run("main", { inputs: { timeout: "2s" } }), []);
      expectNothingInjected(await job.run("post", { inputs: { timeout: "2s" } }), [], ["FASTLY_API_TOKEN"]);
      await job.end();
      await emulator.clearFaults();
    }),
    { numRuns: 5, endOnFailure: true },
  );
});
