import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep({ enterprise: true });

test("asks under /api/v3, and links to the server itself", async () => {
  const user = await sweep.action.user();
  expect(sweep.github.apiUrl).toMatch(/\/api\/v3$/);
  sweep.github.know({ repository: ownRepository, runId: 100, attempt: 3, status: "completed" });
  const ids = await sweep.leave({ user, server: "github.octo.example:8443", runAttempt: "3" });
  const step = await sweep.run(user, {}, { env: { GITHUB_SERVER_URL: "https://github.octo.example:8443" } });
  expect(outcome(step)).toMatchObject({ conclusion: "success", ids });
  expect(sweep.github.questions).toMatchObject([
    { path: "/repos/octo-org/shop/actions/runs/100/attempts/3", authorized: true },
  ]);
  const link = "https://github.octo.example:8443/octo-org/shop/actions/runs/100/attempts/3";
  expect(step.summary).toContain(`<a href="${link}">`);
  expect(step.summary).not.toContain("https://github.com/");
});

test("tokens of another GitHub server stay: this one knows nothing of their runs", async () => {
  const user = await sweep.action.user();
  const kept = await sweep.leave({ user, server: "github.com" }, { user, server: "github.octo.example.org" });
  for (const inputs of [{}, { repositories: "*" }, { "github-token": "", "trust-age": "true" }]) {
    const step = await sweep.run(user, inputs, { env: { GITHUB_SERVER_URL: "https://github.octo.example" } });
    expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 0 });
  }
  expect(await sweep.live(user)).toEqual(kept);
  expect(sweep.github.questions).toEqual([]);
});
