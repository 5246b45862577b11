import { randomBytes } from "node:crypto";
import { isRepository, isServer, type TokenName, type TokenUse, unknownRun } from "../../token/token-name.ts";
import { environment } from "./environment.ts";

/** Which run this is. What the runner does not say, the name says with a placeholder. */
export function readTokenName(use: TokenUse, label: string): Omit<TokenName, "serial"> {
  return {
    server: readServer(),
    repository: isRepository(environment("GITHUB_REPOSITORY"))
      ? environment("GITHUB_REPOSITORY")
      : unknownRun.repository,
    runId: matching("GITHUB_RUN_ID", /^\d{1,15}$/, unknownRun.runId),
    runAttempt: matching("GITHUB_RUN_ATTEMPT", /^\d{1,10}$/, "1"),
    job: matching("GITHUB_JOB", /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, "unknown"),
    use,
    nonce: randomBytes(10).toString("hex"),
    label,
  };
}

/** The host of the GitHub server that this run is on. */
function readServer(): string {
  const host = URL.parse(environment("GITHUB_SERVER_URL"))?.host ?? "";
  return isServer(host) ? host : unknownRun.server;
}

function matching(name: string, pattern: RegExp, otherwise: string): string {
  const value = environment(name);
  return pattern.test(value) ? value : otherwise;
}
