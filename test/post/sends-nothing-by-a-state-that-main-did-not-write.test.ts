import { messagesOf, useAction } from "../support/action.ts";
import { type Elsewhere, startElsewhere } from "../support/elsewhere.ts";

const action = useAction();

let elsewhere: Elsewhere;
beforeAll(async () => {
  elsewhere = await startElsewhere();
});
afterAll(() => elsewhere.close());

/** A state that a main wrote which asked for a token and never heard of it. */
async function genuine(): Promise<{ step: object; api: object; journal: object }> {
  const job = await action.job();
  await job.run("main");
  return JSON.parse(job.state.journal ?? "");
}

const forgeries: [what: string, forge: (state: Awaited<ReturnType<typeof genuine>>) => unknown][] = [
  ["another place", (state) => ({ ...state, api: { apiUrl: elsewhere.url, proxy: null } })],
  ["the form of a former version", () => ({ apiUrl: elsewhere.url, credentials: "accepted", attempts: [] })],
];

test.each(forgeries)("%s in the job's environment, and a main that its inputs stop", async (_, forge) => {
  const forged = JSON.stringify(forge(await genuine()));
  const job = await action.job({ env: { STATE_journal: forged }, inputs: { scope: "" } });
  expect(await job.run("main")).toMatchObject({ conclusion: "failure" });
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.requests()).toEqual([]);
  expect(elsewhere.hits).toBe(0);
});

test("a name that no main asks for is not looked for, and nothing is claimed of it", async () => {
  const state = await genuine();
  const [attempt] = (state.journal as { attempts: object[] }).attempts;
  const forged = { ...attempt, name: "fastly", askedAt: 0, status: { kind: "unknown" } };
  const journal = { ...state.journal, attempts: [forged] };
  const job = await action.job({ env: { STATE_journal: JSON.stringify({ ...state, journal }) } });
  const post = await job.run("post");
  expect(messagesOf(post, "warning").join()).toContain("cannot be read, so nothing was sent");
  expect(await job.requests()).toEqual([]);
});

test("a forged place does not get the credentials, even where there was no main", async () => {
  const state = await genuine();
  const [attempt] = (state.journal as { attempts: object[] }).attempts;
  const journal = { ...state.journal, attempts: [{ ...attempt, status: { kind: "unknown" } }] };
  const forged = { ...state, journal, api: { apiUrl: elsewhere.url, proxy: null } };
  const job = await action.job({ env: { STATE_journal: JSON.stringify(forged) } });
  const post = await job.run("post");
  expect(messagesOf(post, "warning").join()).toMatch(/not sent/);
  expect(elsewhere.hits).toBe(0);
});

test.each([
  ["run", { GITHUB_RUN_ID: "1" }],
  ["attempt", { GITHUB_RUN_ATTEMPT: "2" }],
  ["job", { GITHUB_JOB: "another" }],
  ["step", { GITHUB_ACTION: "another" }],
])("a state of another %s", async (_, env) => {
  const job = await action.job();
  await job.run("main");
  const post = await job.run("post", { env });
  expect(post.conclusion).toBe("success");
  expect(messagesOf(post, "warning")).toEqual([
    expect.stringMatching(/another run, job or step.*nothing was sent/),
  ]);
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});

test.each([
  "http://api.fastly.com",
  "http://10.0.0.1",
  "ftp://127.0.0.1",
  "api.fastly.com",
  "https://me:mine@api.fastly.com",
  7,
])("a state whose API is at %s", async (apiUrl) => {
  const job = await action.job();
  job.state.journal = JSON.stringify({ ...(await genuine()), api: { apiUrl, proxy: null } });
  const post = await job.run("post");
  expect(messagesOf(post, "warning")).toEqual([expect.stringMatching(/cannot be read.*nothing was sent/)]);
});
