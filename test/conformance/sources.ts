/** Where a fact can be looked up: a file of a public repository at a commit, a thread, or a page. */
export type Source = string;

const goFastlyCommit = "514109767b3d178cd2ec65553f675d6980df9eb6";

function file(repository: string, commit: string, path: string): Source {
  return `github.com/${repository}/blob/${commit}/${path}`;
}

/** An exchange with the real API, as the tests of Fastly's Go client recorded it. */
export function recorded(fixture: string): Source {
  return file("fastly/go-fastly", goFastlyCommit, `fastly/fixtures/${fixture}.yaml`);
}

/** What the documents of Fastly's Python client, which are made from Fastly's own description, say. */
export const documented = {
  tokens: file("fastly/fastly-py", "2c7cb5c1d464aab1295f4ce334975b69b448575b", "docs/TokensApi.md"),
  automationTokens: file(
    "fastly/fastly-py",
    "2c7cb5c1d464aab1295f4ce334975b69b448575b",
    "docs/AutomationTokensApi.md",
  ),
  sudo: file("fastly/fastly-py", "395d884c0bf86af458f792e13cee1e77efd93b41", "docs/SudoApi.md"),
  refusedCreate: file(
    "fastly/fastly-py",
    "99adcfef69eefd164ef514f6588def4e7c37bf51",
    "docs/InlineResponse400.md",
  ),
  writeLimit: "www.fastly.com/documentation/reference/api/#rate-limiting",
  tokensPage: "www.fastly.com/documentation/reference/api/auth-tokens/user/",
} as const;

/** Quoted by somebody who met it, or read by a client of Fastly's own. */
export const seen = {
  expiredKey: file(
    "fastly/go-fastly",
    "c1a700f077172eb2169b9be66576569b8312526e",
    "fastly/fixtures/wasm_package/service_create.yaml",
  ),
  missingKey: file(
    "fastly/go-fastly",
    "5572b4e26bdc379b49ecd281db21a6f4aa7d771f",
    "fastly/fixtures/azureblobs/version.yaml",
  ),
  noSudo: file("fastly/fastly-ruby", "400bfa9a6fedeb983c2a426341f65444af99d4aa", "test/fastly/token_test.rb"),
  overTheLimit: "github.com/fastly/cli/issues/1836",
  readOnlyToken: "github.com/fastly/cli/issues/1185",
  whoami: file("fastly/cli", "406aae3938b9e70514635992566cdd1c50a092b9", "pkg/commands/whoami/root.go"),
} as const;
