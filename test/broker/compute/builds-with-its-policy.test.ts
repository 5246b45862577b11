import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { fastlyCli } from "../../support/fastly-cli.ts";

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  // The compiler reads nothing outside of the working directory.
  await mkdir("build", { recursive: true });
  folder = await mkdtemp(join("build", "test-compute-"));
});
afterAll(() => rm(folder, { recursive: true }));

const secrets = {
  CI_WEB_USERNAME: "somebody@example.com",
  CI_WEB_PASSWORD: "correct horse battery staple",
  WEBHOOK_SECRET: "a-webhook-secret-of-some-length",
};

function policy() {
  return {
    version: 1,
    audience: "https://fastly-tokens.example.com",
    issuers: [
      {
        issuer: "https://token.actions.githubusercontent.com",
        jwks_uri: "https://token.actions.githubusercontent.com/.well-known/jwks",
        server: "https://github.com",
      },
    ],
    fastly: {
      api_url: "https://api.fastly.com",
      users: [
        {
          id: "ci-web",
          username: { env: "CI_WEB_USERNAME" },
          password: { env: "CI_WEB_PASSWORD" },
        } as Record<string, unknown>,
      ],
    },
    webhook: { secret: { env: "WEBHOOK_SECRET" } },
    store: "memory",
    rules: [
      {
        id: "web-purge",
        users: ["ci-web"],
        match: { repository_owner_id: "9919", repository_id: "1296269", event_name: "push" },
        grant: { scope: ["purge_select"], services: ["SU1Z0isxPaozGVKXdv0eY"], max_ttl: "10m" },
      },
    ],
  };
}

type Policy = ReturnType<typeof policy>;

async function build(change: (policy: Policy) => void = () => {}) {
  const changed = policy();
  change(changed);
  const config = join(folder, "broker.yaml");
  const out = join(folder, "main.wasm");
  await writeFile(config, stringify(changed));
  const args = ["scripts/build-compute.ts", "--config", config, "--out", out];
  const env = { PATH: process.env.PATH ?? "", ...secrets };
  const { stdout, stderr } = await run(process.execPath, args, { env }).catch((error) => error);
  return { out, output: `${stdout}${stderr}`.replaceAll(folder, "FOLDER") };
}

test("a first policy needs what the manifest of this repository declares, and no secret stands in the module", async () => {
  const { out, output } = await build();
  expect(output).toMatch(/main\.wasm: the policy with SHA-256 [0-9a-f]{64}\n/);
  const module = await readFile(out);
  expect(module.subarray(0, 4).toString("latin1")).toBe("\0asm");
  expect(module.includes("SU1Z0isxPaozGVKXdv0eY")).toBe(true);
  // The compiler writes its environment into the module.
  for (const text of [...Object.values(secrets), process.env.PATH ?? ""])
    expect(module.includes(text)).toBe(false);
});

test("Fastly's command line makes a package of it, by the manifest of this repository", async () => {
  await writeFile(join(folder, "broker.yaml"), stringify(policy()));
  const manifest = await readFile("compute/fastly.toml", "utf8");
  const build = "npm --prefix .. run build:compute -- --config compute/broker.yaml";
  expect(manifest).toContain(`build = "${build}"`);
  const out = join(folder, "bin/main.wasm");
  const here = `npm --prefix ../.. run build:compute -- --config ${folder}/broker.yaml --out ${out}`;
  await writeFile(join(folder, "fastly.toml"), manifest.replace(build, here));
  // Asked for nothing over the network.
  const result = await fastlyCli(["compute", "build", "--dir", folder], { apiUrl: "http://127.0.0.1:1" });
  expect(result.stdout).toContain("SUCCESS: Built package");
  const { stdout: files } = await run("tar", ["-tzf", join(folder, "pkg/fastly-token-broker.tar.gz")]);
  expect(files.match(/^.*\.\w+$/gm)?.toSorted()).toEqual([
    "fastly-token-broker/bin/main.wasm",
    "fastly-token-broker/fastly.toml",
  ]);
});

const refused: [string, (policy: Policy) => void, RegExp][] = [
  [
    "a rule that is no rule",
    ({ rules }) => {
      for (const { grant } of rules) grant.max_ttl = "soon";
    },
    /^FOLDER\/broker\.yaml:\d+:\d+: rules\[0\]\.grant\.max_ttl: /,
  ],
  [
    "a secret in a file",
    ({ fastly }) => {
      for (const user of fastly.users) user.password = { file: "/run/secrets/ci-web" };
    },
    /^FOLDER\/broker\.yaml: \{ file: "\/run\/secrets\/ci-web" \}: on Compute a secret is an entry of the Secret Store\. Write \{ env: NAME \}\.\n/,
  ],
  [
    "another store",
    (policy) => {
      policy.store = "rediss://redis.example.com";
    },
    /^FOLDER\/broker\.yaml: store: on Compute the KV Store is used\. Remove this line\.\n/,
  ],
  [
    "a server without a backend",
    ({ issuers }) => {
      for (const issuer of issuers) issuer.jwks_uri = "https://ghe.example.com:8443/jwks";
    },
    /^compute\/fastly\.toml: add \[setup\.backends\.ghe_example_com_8443\] with address = "ghe\.example\.com" and port = 8443\n$/,
  ],
  [
    "a secret without an entry",
    ({ fastly }) => {
      for (const user of fastly.users) user.password = { env: "OTHER" };
    },
    /^compute\/fastly\.toml: add \[setup\.secret_stores\.token-broker-secrets\.entries\.OTHER\]\n$/,
  ],
];

test.each(refused)("a policy with %s is refused", async (_name, change, message) => {
  expect((await build(change)).output).toMatch(message);
});

describe("what would be the same in every request is refused at the top level", () => {
  async function compile(expression: string): Promise<"built" | "refused"> {
    const entry = join(folder, "main.ts");
    const lines = [
      'import { endTopLevel } from "../../src/broker/compute/top-level.ts";',
      `globalThis.drawn = ${expression};`,
      "endTopLevel();",
      'addEventListener("fetch", () => {});',
    ];
    await writeFile(entry, lines.join("\n"));
    const compiler = "node_modules/@fastly/js-compute/dist/cli/js-compute-runtime-cli.js";
    return run(process.execPath, [compiler, entry, join(folder, "drawn.wasm")]).then(
      () => "built",
      () => "refused",
    );
  }

  test.each([
    "Math.random()",
    "Date.now()",
    "performance.now()",
    "crypto.randomUUID()",
    "crypto.getRandomValues(new Uint8Array(1))",
  ])("%s", async (expression) => {
    expect(await compile(expression)).toBe("refused");
  });

  test("a number is not", async () => {
    expect(await compile("1")).toBe("built");
  });
});
