import { useAction } from "../support/action.ts";

const action = useAction();

const attempt = { name: "a", askedAt: 1, expiresAt: "2026-01-14T11:47:46Z" };
const accessToken = "x".repeat(32);

const texts = ["{", "null", "7", "[]", "{}"];

/** What differs from a state that can be read. */
const changes: object[] = [
  { settings: null },
  { settings: { revoke: "true" } },
  { settings: { revoke: true, failOnRevokeError: true, summary: true, timeoutMs: 1e9 } },
  { settings: { revoke: true, failOnRevokeError: true, summary: true, timeoutMs: -1 } },
  { exported: [{ variable: "A\nB", previous: "x" }] },
  { step: {} },
  { api: { apiUrl: 7, proxy: null } },
  { api: { proxy: null } },
  { api: { apiUrl: "https://api.fastly.com", proxy: "no proxy" } },
  { salt: 7 },
  { since: { now: "7", elapsed: 7 } },
  { fingerprint: null },
  { credentialsPrint: 7 },
  ...[7, { id: 7 }, { id: "a", scope: "b", services: [7], serviceCount: 1, at: 1 }].map((granted) => ({
    granted,
  })),
  { exported: {} },
  { exported: [{ variable: 7, previous: null }] },
  { journal: null },
  { journal: { attempts: [] } },
  { journal: { attempts: {}, password: { verdict: "unheard", sends: 0 } } },
  ...[
    7,
    null,
    { ...attempt },
    { ...attempt, status: null },
    { ...attempt, status: "created" },
    { ...attempt, status: { kind: "other" } },
    { ...attempt, status: { kind: "created" } },
    { ...attempt, status: { kind: "handed-over", accessToken: 7 } },
    { ...attempt, status: { kind: "handed-over", accessToken, id: "../self" } },
    { ...attempt, name: 7, status: { kind: "unknown" } },
  ].map((one) => ({ journal: { attempts: [one], password: { verdict: "unheard", sends: 0 } } })),
];

test.each(texts)("%s: a warning, without a word of what stood there", expectUnreadable);

test.each(changes.map((change) => [JSON.stringify(change), change]))("%s", async (_, change) => {
  const job = await action.job();
  await job.run("main");
  await expectUnreadable(JSON.stringify({ ...JSON.parse(job.state.journal ?? ""), ...Object(change) }));
});

async function expectUnreadable(journal: string): Promise<void> {
  const job = await action.job();
  job.state.journal = journal;
  const post = await job.run("post");
  expect(post.conclusion).toBe("success");
  expect(post.annotations).toEqual([
    expect.objectContaining({ level: "warning", message: expect.stringContaining("cannot be read") }),
  ]);
  expect(await job.requests()).toEqual([]);
}

test("it fails the job where that is wanted", async () => {
  const job = await action.job({ inputs: { "fail-on-revoke-error": "true" } });
  job.state.journal = "{";
  expect(await job.run("post")).toMatchObject({ conclusion: "failure" });
});
