import { createServer } from "node:https";
import { useNetwork } from "./support/network.ts";
import { type Listening, listen } from "./support/relay.ts";

const network = useNetwork();
const githubHost = "github.test";
const githubToken = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";
let github: Listening;
const asked: string[] = [];

// Enough of GitHub's API for a sweep: every run is over.
beforeAll(async () => {
  const identity = await network.authority.issue([githubHost]);
  const server = createServer(identity, (request, response) => {
    asked.push(`${request.method} ${request.url?.replace(/\?.*/, "")}`);
    const body = JSON.stringify({ id: 1_000_000_001, run_attempt: 1, status: "completed" });
    response.setHeader("content-type", "application/json").end(body);
  });
  github = await listen(server);
});
afterAll(() => github.end());

test("both Fastly and GitHub are reached through it, with its credentials, and it learns neither's secrets", async () => {
  const { job, outputs } = await network.main({ runId: "1000000001" });
  const { username, password } = job.user;
  const credentials = { username: "runner", password: "for the proxy: 100%" };
  const proxy = await network.proxy({ credentials });
  const user = `${credentials.username}:${encodeURIComponent(credentials.password)}`;
  const sweep = await network.companion("sweep", {
    inputs: { username, password, "older-than": "0s" },
    githubToken,
    env: {
      GITHUB_API_URL: `https://${githubHost}:${github.port}`,
      HTTPS_PROXY: `http://${user}@${proxy.address}`,
    },
  });
  const step = await sweep.run("main");
  expect(step).toMatchObject({ conclusion: "success", annotations: [], outputs: { swept: "1" } });
  expect(await job.alive()).toBe(0);
  expect(asked).toEqual(["GET /repos/octo-org/shop/actions/runs/1000000001/attempts/1"]);
  expect(new Set(proxy.asked())).toEqual(
    new Set([new URL(network.apiUrl()).host, `${githubHost}:${github.port}`]),
  );
  for (const secret of [password, githubToken, outputs.token ?? ""]) {
    expect(proxy.bytes().includes(secret)).toBe(false);
  }
  expect(sweep.leaks([credentials.password, githubToken])).toEqual([]);
});
