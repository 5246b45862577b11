import { useAction } from "../support/action.ts";

const action = useAction();

const attempts = (...given: unknown[]) =>
  JSON.stringify({ apiUrl: "x", credentials: "unheard", attempts: given });
const attempt = (fate?: unknown) => attempts({ name: "a", expiresAt: "2026-01-14T11:47:46Z", fate });

const rows = [
  "{",
  "null",
  "7",
  "[]",
  '{"apiUrl":7,"credentials":"unheard","attempts":[]}',
  '{"apiUrl":"x","attempts":[]}',
  '{"apiUrl":"x","credentials":"unheard","attempts":{}}',
  attempts(7),
  attempts(null),
  attempts({ name: "a" }),
  attempt(),
  attempt(null),
  attempt("made"),
  attempt({ kind: "other" }),
  attempt({ kind: "made" }),
  attempt({ kind: "handed-over", accessToken: 7 }),
];

test.each(rows)("%s: a warning, without a word of what stood there", async (journal) => {
  const job = await action.job();
  job.state.journal = journal;
  const post = await job.run("post");
  expect(post.conclusion).toBe("success");
  expect(post.annotations).toEqual([
    expect.objectContaining({ level: "warning", message: expect.stringContaining("cannot be read") }),
  ]);
  expect(await job.requests()).toEqual([]);
});

test("it fails the job where that is wanted", async () => {
  const job = await action.job({ inputs: { "fail-on-revoke-error": "true" } });
  job.state.journal = "{";
  expect(await job.run("post")).toMatchObject({ conclusion: "failure" });
});
