import { bad, good, type Parsed } from "./input.ts";
import { describeItem, listSlip, nearest, splitList } from "./slips.ts";

const usual = ["FASTLY_API_TOKEN", "FASTLY_API_KEY"] as const;

const allowed = "Use names that end in TOKEN, KEY or SECRET, such as FASTLY_API_TOKEN or FASTLY_API_KEY.";

/** Names of environment variables, separated by spaces. */
export function parseVariableNames(text: string): Parsed<string[]> {
  const names = splitList(text);
  if (names.length === 0) return good([]);
  if (/^(?:true|yes|on|1|false|no|off|0)$/i.test(text.trim()))
    return bad(`takes the names of variables, not true or false. ${allowed}`);
  if (text.includes("=")) return bad(`contains =. Write only the names: the value is the token. ${allowed}`);
  if (/^\$[A-Za-z_{]/.test(text.trim()))
    return bad(`contains $. Write only the names, without $. ${allowed}`);
  const slip = listSlip(text);
  if (slip !== undefined) return bad(`${slip} ${allowed}`);
  const wrong = names.findIndex((name) => !isForTokens(name));
  if (wrong === -1) return good(names);
  const name = names[wrong] ?? "";
  const meant = /^\w+$/.test(name) ? undefined : nearest(name, usual);
  if (meant !== undefined)
    return bad(`contains a name that cannot be used; did you mean ${meant}? ${allowed}`);
  return bad(`contains a name that cannot be used: ${describeItem(names, wrong)} ${whyNot(name)} ${allowed}`);
}

function whyNot(name: string): string {
  if (belongsToOthers.test(name)) return "is a variable that the runner or another tool uses.";
  return "is not a name for a token.";
}

/**
 * The runner's own variables, and those that hand a token to somebody else: npm sends NODE_AUTH_TOKEN to its
 * registry, gh sends GH_TOKEN to GitHub.
 */
const belongsToOthers = new RegExp(
  `^(?:${[
    "GITHUB GH RUNNER ACTIONS INPUT STATE CI GITLAB BITBUCKET CIRCLE",
    "NODE NPM YARN PNPM JSR DENO CARGO GEM NUGET PIP TWINE UV COMPOSER HOMEBREW DOCKER",
    "AWS AZURE ARM GOOGLE GCP GCLOUD CLOUDFLARE DIGITALOCEAN HCLOUD LINODE HEROKU NETLIFY VERCEL FLY",
    "VAULT PULUMI TFE TF_TOKEN SONAR CODECOV SNYK SENTRY DD DATADOG SLACK HF ANTHROPIC OPENAI",
    "SSH GPG GIT BASH LD DYLD PYTHON PERL PERL5 RUBY JAVA",
  ]
    .join(" ")
    .replaceAll(" ", "|")})_`,
  "i",
);

/**
 * A name that plausibly holds a token. Nothing else that programs, shells and loaders read ends so: a token in
 * LD_PRELOAD, BASH_ENV, PATH or HTTPS_PROXY breaks the steps after this one, or sends it away.
 */
function isForTokens(name: string): boolean {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name) || belongsToOthers.test(name)) return false;
  return /(?:TOKEN|KEY|SECRET)$/i.test(name) || /^FASTLY_API_(?:TOKEN|KEY)_/.test(name);
}
