import { nameOf, outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("a name that merely resembles one of this action's stays", async () => {
  const user = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const good = nameOf({ label: "nightly purge" });
  const changed = (from: string | RegExp, to: string) => good.replace(from, to);
  const nearMisses = [
    "",
    "API token",
    "fastly-ephemeral-token",
    "fastly-ephemeral-token/1",
    changed("fastly-ephemeral-token", "fastly-ephemeral-tokens"),
    changed("fastly-ephemeral-token", "Fastly-ephemeral-token"),
    changed("token/1", "token/2"),
    changed("token/1", "token/10"),
    changed("token/1", "token/1.0"),
    good.toUpperCase(),
    ` ${good}`,
    `${good} `,
    `${good}\n`,
    `\n${good}`,
    `copy of ${good}`,
    `${good} copy`,
    `"${good}"`,
    changed(" job=", "  job="),
    changed(" job=", "\tjob="),
    changed(" job=", "\u00a0job="),
    changed(/job=\S+ /, ""),
    changed("job=deploy", "job="),
    changed("job=deploy", "job=the deploy"),
    changed("job=deploy", "job=%64eploy"),
    changed("job=deploy", "job=deploy%2"),
    changed("job=deploy", "job=d<eploy"),
    changed("use=job", "use=deploy"),
    changed("use=job", "use="),
    changed(/use=job /, ""),
    changed(/ [0-9a-f]{20}\.1/, ""),
    changed(/[0-9a-f]{20}/, ""),
    changed(" 0", " A"),
    changed(" 0", " "),
    changed(" 0", " 00"),
    changed(/( [0-9a-f]{20})\.1/, "$1"),
    changed(/( [0-9a-f]{20})\.1/, "$1.0"),
    changed(/( [0-9a-f]{20})\.1/, "$1.01"),
    changed(/( [0-9a-f]{20})\.1/, "$1.-1"),
    changed(/( [0-9a-f]{20})\.1/, "$1.1.1"),
    changed(/label=.*$/, "label="),
    changed(/label=.*$/, "label=nightly purge"),
    changed(/label=.*$/, "label=nightly+purge,"),
    changed("label=", "lable="),
    changed("runs/100", "runs/"),
    changed("runs/100", "runs/1e2"),
    changed("runs/100", "runs/-100"),
    changed("runs/100", "runs/١٠٠"),
    changed("runs/100", `runs/${"1".repeat(16)}`),
    changed("attempts/1", "attempts/"),
    changed("/attempts/1", ""),
    changed("/actions/runs", "/runs"),
    changed("github.com/", ""),
    changed("github.com", "https://github.com"),
    changed("github.com", "GitHub.com"),
    changed("github.com", "github.com."),
    changed("github.com", "gist.github.com"),
    changed("octo-org/shop", "shop"),
    changed("octo-org/shop", "/shop"),
    changed("octo-org/shop", "octo-org/"),
    changed("octo-org/shop", "octo-org/shop/shop"),
    changed("octo-org/shop", "https://github.com/octo-org/shop"),
    changed("octo-org/shop", "octo org/shop"),
    changed("octo-org/shop", "../shop"),
    changed("octo-org/shop", "octo-org/.."),
    changed("octo-org/shop", "octo-org/."),
  ];
  expect(nearMisses).not.toContain(good);
  const kept = await sweep.leaveNamed(user, nearMisses);
  const swept = await sweep.leaveNamed(user, [good]);
  const step = await sweep.run(user, { repositories: "*" });
  expect(outcome(step)).toEqual({ conclusion: "success", swept: 1, kept: 0, failed: 0, ids: swept });
  expect(await sweep.live(user)).toEqual(kept);
});

test("the same without a github-token, where age alone decides", async () => {
  const user = await sweep.action.user();
  const good = nameOf({});
  const kept = await sweep.leaveNamed(user, [
    `${good} `,
    good.replace("token/1", "token/2"),
    good.replace(" 0", " A"),
    "the root key of production",
  ]);
  const step = await sweep.run(user, {
    repositories: "*",
    "github-token": "",
    "trust-age": "true",
    "older-than": "0s",
  });
  expect(outcome(step)).toMatchObject({ swept: 0, kept: 0 });
  expect(await sweep.live(user)).toEqual(kept);
});

test("a name that leads GitHub's API to another path is not believed", async () => {
  const user = await sweep.action.user();
  const names = ["../zen", "../..", "octo-org/..", "./zen"].map((repository) => nameOf({ repository }));
  const kept = await sweep.leaveNamed(user, names);
  await sweep.run(user, { repositories: "*" });
  expect(await sweep.live(user)).toEqual(kept);
  expect(sweep.github.questions).toEqual([]);
});

test("tokens of other users stay, without customer-id", async () => {
  const superuser = await sweep.superuser();
  const colleague = await sweep.action.user({ customer: superuser.customerId });
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const own = await sweep.leave({ user: superuser });
  const others = await sweep.leave({ user: colleague });
  expect(outcome(await sweep.run(superuser))).toMatchObject({ conclusion: "success", swept: 1, ids: own });
  expect(await sweep.live(colleague)).toEqual(others);
});
