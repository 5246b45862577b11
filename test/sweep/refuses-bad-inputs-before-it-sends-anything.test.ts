import { useSweep } from "./sweep.ts";

const sweep = useSweep();

test.each<[string, string, string]>([
  ["a repository without an owner", "repositories", "shop"],
  ["a URL for a repository", "repositories", "https://github.com/octo-org/shop"],
  ["a pattern for a repository", "repositories", "octo-org/*"],
  ["a path for a repository", "repositories", "../zen"],
  ["the end of a URL after a repository", "repositories", "octo-org/shop.git"],
  ["a list of repositories as JSON", "repositories", '["octo-org/shop"]'],
  ["a masked value for a repository", "repositories", "***"],
  ["a masked value for github-token", "github-token", "***"],
  ["a github-token in quotation marks", "github-token", '"ghs_0123456789"'],
  ["an age that is none", "older-than", "an hour"],
  ["a negative age", "older-than", "-1h"],
  ["dry-run that is neither", "dry-run", "maybe"],
  ["summary that is neither", "summary", "maybe"],
  ["a path for a customer", "customer-id", "../tokens"],
  ["two customers", "customer-id", "abc def"],
  ["a URL without encryption", "api-url", "http://api.fastly.com"],
  ["a time-out that is none", "timeout", "soon"],
  ["a two-factor secret that is none", "totp-secret", "0189"],
])("%s", async (_, input, value) => {
  const user = await sweep.action.user();
  const ids = await sweep.leave({ user });
  const step = await sweep.run(user, { [input]: value });
  expect(step).toMatchObject({ conclusion: "failure", requests: [], outputs: {} });
  expect(step.errors).toEqual([expect.stringContaining(`Input ${input} `)]);
  expect(sweep.github.questions).toEqual([]);
  expect(await sweep.live(user)).toEqual(ids);
});

test("no credentials: says which inputs are missing, and that forks get no secrets", async () => {
  const user = await sweep.action.user();
  const step = await sweep.run(user, { username: "", password: "" });
  expect(step).toMatchObject({ conclusion: "failure", requests: [] });
  expect(step.errors[0]).toMatch(/Input username [\s\S]*Input password [\s\S]*fork/);
});

test.each(["", "nowhere", "http://api.github.com", "https://me@api.github.com"])(
  "github-token is not sent to GITHUB_API_URL=%s",
  async (GITHUB_API_URL) => {
    const user = await sweep.action.user();
    const step = await sweep.run(user, {}, { env: { GITHUB_API_URL } });
    expect(step).toMatchObject({ conclusion: "failure", requests: [] });
    expect(step.errors).toEqual([expect.stringContaining("Environment variable GITHUB_API_URL ")]);
  },
);

test.each(["", "nowhere", "github.com", "https://", "javascript://github.com", "https://exa_mple.com"])(
  "no server is assumed for GITHUB_SERVER_URL=%s",
  async (GITHUB_SERVER_URL) => {
    const user = await sweep.action.user();
    sweep.github.know({ repository: "octo-org/shop", runId: 100, status: "completed" });
    const ids = await sweep.leave({ user });
    const step = await sweep.run(user, {}, { env: { GITHUB_SERVER_URL } });
    expect(step).toMatchObject({ conclusion: "failure", requests: [] });
    expect(step.errors).toEqual([
      expect.stringContaining("Environment variable GITHUB_SERVER_URL is not the URL"),
    ]);
    expect(await sweep.live(user)).toEqual(ids);
  },
);
