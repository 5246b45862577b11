import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { stringify } from "yaml";
import { repository } from "../../docs/markdown.ts";
import { exampleAt, stepsOf, type Workflow, type WorkflowJob } from "../../docs/workflows.ts";

const standIns = resolve("test/e2e/stand-ins");
const shared = "example-org/workflows";

export type RecipePlace = {
  /** Where its files may be written. */
  directory: string;
  /** A checkout of this repository, which stands in for its tag. */
  checkout: string;
  /** Where the rules of each policy are served. */
  broker: string;
  /** The emulator's services, by the IDs that the examples show. */
  services: Readonly<Record<string, string>>;
};

/** A recipe for act: the file of the workflow, and the arguments that name what stands in for other repositories. */
export type Recipe = { workflow: string; args: string[] };

/** Writes a recipe down as act can play it. It differs from the page in addresses, in IDs of services, and in the OIDC variables. */
export async function prepareRecipe(path: string, place: RecipePlace): Promise<Recipe> {
  const own = exampleAt(path);
  const called = Object.values(own.workflow.jobs).flatMap(({ uses }) =>
    uses === undefined ? [] : [exampleAt(`examples/reusable/${basename(uses).replace(/@.*/, "")}`)],
  );
  const library = join(place.directory, ".github", "workflows");
  await mkdir(library, { recursive: true });
  for (const { path: file, workflow } of [own, ...called])
    await writeFile(join(library, basename(file)), changed(workflow, place));
  const used = [own, ...called].flatMap(({ workflow }) => stepsOf(workflow).flatMap(({ uses = [] }) => uses));
  const folders = new Map([...used].map((uses) => folderOf(uses, place)));
  if (called.length > 0) folders.set(`${shared}@main`, place.directory);
  return {
    workflow: join(library, basename(path)),
    args: [...folders].flatMap(([name, folder]) => ["--local-repository", `${name}=${folder}`]),
  };
}

function changed(workflow: Workflow, { broker, services }: RecipePlace): string {
  const copy = structuredClone(workflow);
  for (const job of Object.values(copy.jobs)) {
    const permissions = job.permissions ?? copy.permissions;
    // GitHub's runner sets these for the jobs that may have them, and act for none.
    if (permissions?.["id-token"] === "write" && job.steps) job.env = { ...job.env, ...oidcOf(job) };
    for (const { uses = "", with: inputs = {} } of job.steps ?? []) {
      if (!uses.startsWith(repository)) continue;
      inputs["api-url"] = expression("vars.FASTLY_API");
      if (inputs.broker === undefined) continue;
      inputs.audience = inputs.broker;
      inputs.broker = broker;
    }
  }
  return Object.entries(services).reduce(
    (text, [shown, real]) => text.replaceAll(shown, real),
    stringify(copy, { aliasDuplicateObjects: false }),
  );
}

/** What GitHub knows of a job differs in its environment alone. */
function oidcOf({ environment }: WorkflowJob): Record<string, string> {
  const [, key = `'${environment ?? "none"}'`] = /^\$\{\{ (.+) \}\}$/.exec(environment ?? "") ?? [];
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: expression(`fromJSON(vars.OIDC)[${key}].url`),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: expression(`fromJSON(vars.OIDC)[${key}].token`),
  };
}

function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** A repository at its tag, and the folder that stands in for it. */
function folderOf(uses: string, { checkout }: RecipePlace): [string, string] {
  const [, name = "", tag = ""] = /^([^/]+\/[^/@]+)[^@]*@(.+)$/.exec(uses) ?? [];
  const folder = name === repository ? checkout : join(standIns, name);
  // act copies the repository itself in place of this one.
  if (name !== "actions/checkout" && !existsSync(folder)) throw new Error(`nothing stands in for ${uses}`);
  return [`${name}@${tag}`, folder];
}
