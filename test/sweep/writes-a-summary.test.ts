import { rowsOf } from "../support/companion.ts";
import { nameOf, outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("a table by repository: token, run with a link, age, last used, what was done and why", async () => {
  const user = await sweep.action.user();
  for (const repository of [ownRepository, "octo-org/blog"])
    sweep.github.know({ repository, runId: 100, status: "completed" });
  const [shop, blog] = await sweep.leaveNamed(user, [
    nameOf({ job: "deploy" }),
    nameOf({ repository: "octo-org/blog", job: "publish" }),
  ]);
  const { summary } = await sweep.run(user, { repositories: "*" });
  expect(summary).toMatch(/Revoked 2 · kept 0</);
  const [shopTable = "", blogTable = ""] = summary.split("<h5>").slice(1);
  for (const [table, repository, id, job] of [
    [shopTable, ownRepository, shop, "deploy"],
    [blogTable, "octo-org/blog", blog, "publish"],
  ] as const) {
    expect(table).toContain(`${repository}</h5>`);
    const [head, ...rows] = rowsOf(table);
    expect(head).toEqual(["Token", "Run", "Age", "Last&nbsp;used", "What was done, and why"]);
    const link = `<a href="https://github.com/${repository}/actions/runs/100/attempts/1">`;
    expect(rows).toEqual([
      [
        `<code>${id}</code>`,
        expect.stringMatching(`(?=.*${job})(?=.*${link})`),
        expect.stringMatching(/^2&nbsp;h$/),
        "never",
        expect.stringMatching(/^✅ revoked: its run is over$/),
      ],
    ]);
  }
});

test('"Last used" says when', async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  await sweep.leave({ user });
  const [orphan] = await sweep.action.emulator.addTokens([
    { user: user.userId, name: nameOf({}), created_at: "2026-01-01T00:00:00Z" },
  ]);
  const headers = { "fastly-key": orphan?.access_token ?? "" };
  await fetch(`${sweep.action.emulator.url}/tokens/self`, { headers });
  const { summary } = await sweep.run(user);
  expect(rowsOf(summary)).toContainEqual([
    `<code>${orphan?.id}</code>`,
    expect.anything(),
    expect.anything(),
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
    expect.anything(),
  ]);
});

test("nothing in the name of a job is taken for markup or a command", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const job =
    "</td></table>\n\n<img src=x onerror=alert(1)> | `x` [link](javascript:x) \"'&amp;\r\n::error::x ##[error]x";
  await sweep.leave({ user, job, label: job });
  const step = await sweep.run(user, {}, { env: { GITHUB_SERVER_URL: 'https://github.com/"><b>' } });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 1 });
  const cells = /<tr><td>.*<\/td><\/tr>/.exec(step.summary)?.[0] ?? "";
  expect(cells.match(/<[a-z/]+/g)).toEqual([
    "<tr",
    "<td",
    "<code",
    "</code",
    "</td",
    "<td",
    "<a",
    "</a",
    "</td",
    "<td",
    "</td",
    "<td",
    "</td",
    "<td",
    "</td",
    "</tr",
  ]);
  expect(cells).not.toMatch(/[\n\r|`]/);
  expect(step.annotations).toEqual([]);
});

test("none where it is not wanted", async () => {
  const user = await sweep.action.user();
  expect(await sweep.run(user, { summary: "false" })).toMatchObject({ conclusion: "success", summary: "" });
});

test("what a person has to act on comes first in a repository", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  sweep.github.know({ repository: ownRepository, runId: 200, status: "in_progress" });
  sweep.github.trouble(({ path }) =>
    path.includes("/300/") ? { kind: "respond", status: 403, body: { message: "no" } } : undefined,
  );
  await sweep.leave({ user, ageMinutes: 1 }, { user, runId: "200" }, { user }, { user, runId: "300" });
  const { summary } = await sweep.run(user);
  const statuses = rowsOf(summary)
    .slice(1)
    .map((cells) => cells.at(-1));
  expect(statuses).toEqual([
    expect.stringContaining("HTTP 403"),
    expect.stringMatching(/^✅ revoked: its run is over$/),
    "⏳ kept: its run is in progress",
    expect.stringContaining("only 1 min"),
  ]);
});
