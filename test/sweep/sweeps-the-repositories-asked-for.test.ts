import { nameOf, outcome, useSweep } from "./sweep.ts";

const sweep = useSweep();
const names = ["octo-org/shop", "octo-org/blog", "octo-org/shop.js", "other-org/shop", "Octo-Org/Shop"];

async function leaveInEach() {
  const user = await sweep.action.user();
  for (const repository of names) sweep.github.know({ repository, runId: 100, status: "completed" });
  const ids = await sweep.leaveNamed(
    user,
    names.map((repository) => nameOf({ repository })),
  );
  return { user, ids };
}

test.each([
  ["the current one by default", "", [0, 4]],
  ["one by name", "octo-org/blog", [1]],
  [
    "several, separated by spaces, commas or lines",
    "octo-org/blog,other-org/shop\nocto-org/shop.js",
    [1, 2, 3],
  ],
  ["in any case of letters", "OTHER-org/SHOP", [3]],
  ["all of them", "*", [0, 1, 2, 3, 4]],
  ["none that is known", "octo-org/another", []],
])("%s", async (_, repositories, expected) => {
  const { user, ids } = await leaveInEach();
  const step = await sweep.run(user, { repositories });
  const swept = expected.map((at) => ids[at]);
  expect(outcome(step)).toEqual({
    conclusion: "success",
    swept: swept.length,
    kept: 0,
    failed: 0,
    ids: swept,
  });
  expect(await sweep.live(user)).toEqual(ids.filter((id) => !swept.includes(id)));
});

test("a repository in two spellings is asked about once", async () => {
  const { user } = await leaveInEach();
  await sweep.run(user);
  expect(sweep.github.questions).toHaveLength(1);
});
