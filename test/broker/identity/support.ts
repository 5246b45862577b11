import {
  createIssuerKeys,
  type IsSignedBy,
  type TrustedIssuer,
  verifyGitHubToken,
} from "../../../src/broker/identity/index.ts";
import { isSignedByWebCrypto } from "../../../src/broker/identity/verify-github-token.ts";
import { isSignedByAtOnce } from "../../../src/broker/node-signature.ts";
import { type Clock, systemClock } from "../../../src/http/clock.ts";
import { openTransport } from "../../../src/http/node.ts";
import { type GitHubEmulator, startGitHubEmulator } from "../../support/github-oidc.ts";

export const audience = "https://fastly-tokens.example.com";

export type MovableClock = Clock & { advance(ms: number): void };

/** The machine's own clock, and ahead of it by as much as a test says. */
function movableClock(): MovableClock {
  let ahead = 0;
  return {
    now: () => systemClock.now() + ahead,
    elapsed: () => systemClock.elapsed() + ahead,
    wait: systemClock.wait,
    advance: (ms) => {
      ahead += ms;
    },
  };
}

export type Verifier = {
  readonly clock: MovableClock;
  /** Origins that a connection was opened to, one for each time. */
  readonly opened: readonly string[];
  /** `verified`, `unavailable`, or why the token was rejected. */
  verify(token: string): Promise<string>;
  verification(token: string): ReturnType<typeof verifyGitHubToken>;
};

/** A verifier that knows no key yet, and trusts these issuers alone. */
export function createVerifier(...issuers: TrustedIssuer[]): Verifier {
  const clock = movableClock();
  const opened: string[] = [];
  const keys = createIssuerKeys({
    clock,
    userAgent: "a-test/1.2.3",
    openTransport: (origin) => {
      opened.push(origin);
      return openTransport(origin);
    },
  });
  const verification = (token: string) =>
    verifyGitHubToken(token, { issuers, audience, keys, clock, isSignedBy: isSignedByBoth });
  return {
    clock,
    opened,
    verification,
    verify: async (token) => {
      const result = await verification(token);
      return result.kind === "rejected" ? result.reason : result.kind;
    },
  };
}

/** What the broker verifies with on Node and elsewhere: they judge every token alike. */
const isSignedByBoth: IsSignedBy = async (key, token) => {
  const isSigned = await isSignedByWebCrypto(key, token);
  expect(isSignedByAtOnce(key, token)).toBe(isSigned);
  return isSigned;
};

export function trusted({ issuer, jwksUri }: { issuer: string; jwksUri: string }): TrustedIssuer {
  return { issuer, jwksUri, server: "https://github.com" };
}

/** Gives a test file a GitHub of its own. */
export function useGitHub(): { readonly github: GitHubEmulator } {
  let github: GitHubEmulator | undefined;
  beforeAll(async () => {
    github = await startGitHubEmulator();
  });
  afterAll(() => github?.stop());
  return {
    get github() {
      if (!github) throw new Error("GitHub runs only while tests do.");
      return github;
    },
  };
}
