import { type Elsewhere, startElsewhere } from "../support/elsewhere.ts";
import { runBody, type Trouble } from "../support/github.ts";
import { outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();
let elsewhere: Elsewhere;

beforeAll(async () => {
  elsewhere = await startElsewhere();
});
afterAll(() => elsewhere.close());

const over = runBody({ repository: "octo-org/store", runId: 100, status: "completed" });
const redirect = (location: string, status = 301): Trouble => ({
  kind: "respond",
  status,
  headers: { location },
  body: { message: "Moved Permanently", url: location },
});

test.each([301, 302, 303, 307, 308])("%i to another path of the same server is followed", async (status) => {
  const user = await sweep.action.user();
  const target = `${sweep.github.apiUrl}/repositories/4711/actions/runs/100/attempts/1`;
  sweep.github.trouble(({ path, authorized }) => {
    if (path.startsWith("/repos/")) return redirect(target, status);
    return authorized ? { kind: "respond", status: 200, body: over } : undefined;
  });
  const ids = await sweep.leave({ user });
  expect(outcome(await sweep.run(user))).toMatchObject({ conclusion: "success", swept: 1, ids });
  expect(sweep.github.questions.map(({ path }) => path)).toEqual([
    "/repos/octo-org/shop/actions/runs/100/attempts/1",
    "/repositories/4711/actions/runs/100/attempts/1",
  ]);
});

test("so is a path alone, and a second redirect", async () => {
  const user = await sweep.action.user();
  sweep.github.trouble(({ path }) => {
    if (path.startsWith("/repos/")) return redirect("/repositories/1/actions/runs/100/attempts/1");
    if (path.startsWith("/repositories/1/")) return redirect("/repositories/2/actions/runs/100/attempts/1");
    return { kind: "respond", status: 200, body: over };
  });
  const ids = await sweep.leave({ user });
  expect(outcome(await sweep.run(user))).toMatchObject({ conclusion: "success", swept: 1, ids });
});

test.each<[string, () => Trouble]>([
  ["another server that would say completed", () => redirect(`${elsewhere.url}/repositories/4711`)],
  ["another scheme", () => redirect(`${sweep.github.apiUrl.replace("http:", "https:")}/repositories/4711`)],
  ["itself, for ever", () => redirect(`/repos/${ownRepository}/actions/runs/100/attempts/1`)],
  ["no place", () => redirect("")],
  ["what is not a URL", () => redirect("http://[")],
])("a redirect to %s keeps the token", async (_, trouble) => {
  const user = await sweep.action.user();
  // Whoever kept the path alone, and asked this server for it, would hear that the run is over.
  sweep.github.trouble(({ path }) =>
    path.startsWith("/repos/") ? trouble() : { kind: "respond", status: 200, body: over },
  );
  const ids = await sweep.leave({ user });
  const step = await sweep.run(user);
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 1 });
  expect(step.warnings).toEqual([expect.stringContaining("GitHub redirected the request (HTTP 301)")]);
  expect(await sweep.live(user)).toEqual(ids);
  expect(elsewhere.hits).toBe(0);
  expect(sweep.github.questions.length).toBeLessThanOrEqual(4);
});

test.each<[string, Trouble]>([
  ["another run", { kind: "respond", status: 200, body: { ...over, id: 999 } }],
  ["another attempt", { kind: "respond", status: 200, body: { ...over, run_attempt: 2 } }],
  [
    "a login page",
    { kind: "respond", status: 200, headers: { "content-type": "text/html" }, body: "<html>" },
  ],
])("a redirect within the server that ends at %s keeps the token", async (_, answer) => {
  const user = await sweep.action.user();
  sweep.github.trouble(({ path }) => (path.startsWith("/repos/") ? redirect("/login?return_to=x") : answer));
  const ids = await sweep.leave({ user });
  const step = await sweep.run(user);
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 0, kept: 1 });
  expect(await sweep.live(user)).toEqual(ids);
});
