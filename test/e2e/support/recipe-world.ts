import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { readPage } from "../../docs/markdown.ts";
import type { Rule } from "../../docs/workflows.ts";
import { type RunningBroker, startBroker } from "../../support/broker.ts";
import { computePackage } from "../../support/compute-package.ts";
import type { AddedUser, UserToAdd } from "../../support/emulator.ts";
import { type GitHubEmulator, type JobToRegister, startGitHubEmulator } from "../../support/github-oidc.ts";
import type { Act } from "./act.ts";
import { prepareRecipe } from "./recipe.ts";
import type { Run, RunOptions } from "./workflow-run.ts";

const shownServices = [
  "SU1Z0isxPaozGVKXdv0eY",
  "7i6HN3TK9wS159v2gPAZ8A",
  "4k6HN3TK9wS159v2gPAZ8C",
  "5m6HN3TK9wS159v2gPAZ8D",
];

export type Recipes = {
  readonly github: GitHubEmulator;
  readonly user: AddedUser;
  /** What a deployer outside GitHub was asked. */
  readonly deployerRequests: string[];
  /** A user whose customer has a service for each that the examples show. */
  addUser(more?: UserToAdd): Promise<AddedUser>;
  play(path: string, options?: PlayOptions): Promise<Run>;
};

export type PlayOptions = Pick<RunOptions, "event" | "env" | "secrets"> & {
  /** In place of the one of all recipes. */
  user?: AddedUser;
  /** The repository that a pull request comes from. */
  head?: string;
  /** Where the branch was before the push. */
  before?: string;
};

type Policy = "recipes" | "organization";

/** What recipes need beside Fastly: GitHub, a broker with a policy of the examples, a repository, and programs. */
export function useRecipes(act: Act): Recipes {
  const deployerRequests: string[] = [];
  let directory = "";
  let github: GitHubEmulator;
  let user: AddedUser;
  let commits: Commits;
  let deployer: Server;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "recipes-"));
    [github, user] = await Promise.all([startGitHubEmulator(), addUser()]);
    commits = await layOut(directory, user);
    deployer = createServer((request, response) => {
      deployerRequests.push(`${request.method} ${request.url}`);
      request.resume().on("end", () => response.end());
    });
    await new Promise<void>((listening) => deployer.listen(0, "127.0.0.1", listening));
  });
  afterAll(async () => {
    deployer.close();
    await github.stop();
    await rm(directory, { recursive: true });
  });

  function addUser(more: UserToAdd = {}): Promise<AddedUser> {
    return act.user({ services: shownServices.length, ...more });
  }

  /** The policy as it stands in the examples, but for addresses, IDs of services, and the user. */
  async function serve(policy: Policy): Promise<RunningBroker> {
    const { issuer, jwksUri } = await github.issuerReport();
    const text = servicesOf(user).reduce(
      (done, [shown, real]) => done.replaceAll(shown, real),
      readPage(`examples/broker/${policy}.yml`),
    );
    const config = parse(text);
    const [first] = config.fastly.users;
    const named = { ...config.fastly, api_url: act.emulator.url, users: [first] };
    const issuers = [{ issuer, jwks_uri: jwksUri, server: "https://github.com" }];
    const rules = config.rules.map((rule: Rule) => ({ ...rule, users: [first.id] }));
    const env = {
      [first.username.env]: user.username,
      [first.password.env]: user.password,
      [config.webhook.secret.env]: "a-webhook-secret-of-some-length",
    };
    return startBroker({ ...config, issuers, fastly: named, rules }, { env });
  }

  async function play(path: string, options: PlayOptions = {}): Promise<Run> {
    const { event = "push", head = "octo-org/shop", before = commits.before, user: player = user } = options;
    const policy = /deploy-caller|monorepo/.test(path) ? "organization" : "recipes";
    const own = await mkdtemp(join(directory, "recipe-"));
    const files = { payload: join(own, "event.json"), computePackage: join(own, "package.tar.gz") };
    await writeFile(
      files.payload,
      JSON.stringify({ before, pull_request: { head: { repo: { full_name: head } } } }),
    );
    // Fastly's command line deploys no package a second time.
    await writeFile(files.computePackage, computePackage(basename(own)));
    const broker = await serve(policy);
    try {
      const recipe = await prepareRecipe(path, {
        directory: own,
        checkout: act.checkout,
        broker: broker.url,
        services: Object.fromEntries(servicesOf(player)),
      });
      return await act.run(recipe.workflow, {
        ...options,
        user: player,
        repository: join(directory, "repository"),
        programs: [resolve("test/e2e/stand-ins/bin"), join(directory, "bin")].join(delimiter),
        variables: {
          OIDC: JSON.stringify(await oidcOf(policy, event)),
          DEPLOYER_URL: `http://127.0.0.1:${(deployer.address() as AddressInfo).port}`,
        },
        env: {
          ...(await environmentOf(event, act, user)),
          SHA_REF: commits.sha,
          COMPUTE_PACKAGE: files.computePackage,
          CLOUD_SECRET: join(directory, "cloud-secret.json"),
          ...options.env,
        },
        args: ["--eventpath", files.payload, ...recipe.args],
      });
    } finally {
      await broker.stop();
    }
  }

  /** What GitHub says to a job that asks for an OIDC token, by the environment that it names. */
  async function oidcOf(policy: Policy, event: string) {
    const job: JobToRegister =
      policy === "recipes"
        ? { event, ref: event === "pull_request" ? "refs/pull/7/merge" : "refs/heads/main" }
        : {
            repositoryId: "1296272",
            claims: {
              job_workflow_ref: "example-org/workflows/.github/workflows/deploy.yml@refs/heads/main",
            },
          };
    const entries = ["none", "cart", "search", "preview", "terraform", "github-pages"].map(
      async (environment) => {
        const named = environment === "none" ? {} : { environment };
        const { requestUrl: url, requestToken: token } = await github.registerJob({ ...job, ...named });
        return [environment, { url, token }];
      },
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  return {
    get github() {
      return github;
    },
    get user() {
      return user;
    },
    deployerRequests,
    addUser,
    play,
  };
}

/** The services of the emulator, by the IDs that the examples show. */
function servicesOf({ services }: AddedUser): [string, string][] {
  return shownServices.map((id, at) => [id, services[at] ?? ""]);
}

async function environmentOf(event: string, { emulator }: Act, user: AddedUser) {
  const { stdout: curl } = await promisify(execFile)("which", ["curl"]);
  return {
    ...(event === "pull_request" ? { GITHUB_REF: "refs/pull/7/merge" } : {}),
    STAND_INS: resolve("test/e2e/stand-ins"),
    FASTLY_API: emulator.url,
    FASTLY_CLI: resolve("node_modules/@fastly/cli/fastly.js"),
    FIRST_SERVICE: user.services[0] ?? "",
    REAL_CURL: curl.trim(),
  };
}

/** The commits of the push: the second one changes the cart alone. */
type Commits = { before: string; sha: string };

/** A repository with a site, two applications and Terraform files; Node for the actions; and what stand-ins give. */
async function layOut(directory: string, { username, password }: AddedUser): Promise<Commits> {
  const repository = join(directory, "repository");
  for (const folder of ["bin", "repository/infra", "repository/cart", "repository/search"])
    await mkdir(join(directory, folder), { recursive: true });
  await symlink(process.execPath, join(directory, "bin", "node"));
  await writeFile(join(directory, "cloud-secret.json"), JSON.stringify({ username, password }));
  const site = { name: "site", version: "1.0.0" };
  const build = "mkdir -p public && echo hello >public/index.html";
  const files = {
    "package.json": JSON.stringify({ ...site, scripts: { build } }),
    "package-lock.json": JSON.stringify({ ...site, lockfileVersion: 3, packages: { "": site } }),
    "infra/main.tf": "",
    "cart/README": "",
    "search/README": "",
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(repository, path), text);
  const commit =
    "git add . && git -c user.name=t -c user.email=t@example.com -c commit.gpgsign=false commit --quiet --message";
  const script = `git init --quiet && ${commit} first && echo >>cart/README && ${commit} second
    git rev-parse HEAD~1 HEAD`;
  const { stdout } = await promisify(execFile)("bash", ["-e", "-c", script], { cwd: repository });
  const [before = "", sha = ""] = stdout.split("\n");
  return { before, sha };
}
