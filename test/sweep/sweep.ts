import { formatTokenName, type TokenName } from "../../src/token/token-name.ts";
import { type Action, second, type User, useAction } from "../support/action.ts";
import {
  type CompanionOptions,
  type CompanionStep,
  credentials,
  runCompanion,
} from "../support/companion.ts";
import type { AddedUser, TokenToAdd } from "../support/emulator.ts";
import { type GitHub, startGitHub } from "../support/github.ts";

/** A token that some job left behind. */
export type Orphan = Partial<TokenName> & { ageMinutes?: number; user: Pick<User, "userId"> };

export type Sweep = {
  readonly action: Action;
  readonly github: GitHub;
  /** Adds tokens that jobs left behind; answers their IDs. */
  leave(...orphans: Orphan[]): Promise<string[]>;
  /** Adds tokens of a user under these names, two hours old; answers their IDs. */
  leaveNamed(user: Pick<User, "userId">, names: readonly string[]): Promise<string[]>;
  /** Runs the action in `octo-org/shop`, with the GitHub of this test. */
  run(user: User, inputs?: Record<string, string>, options?: CompanionOptions): Promise<CompanionStep>;
  /** The IDs of the live tokens of a user, or of all of them. */
  live(user: Pick<User, "userId">): Promise<string[]>;
  superuser(): Promise<AddedUser>;
};

export const ownRepository = "octo-org/shop";

/** Gives a test file an emulator of Fastly, a stand-in for GitHub, and sweeps against both. */
export function useSweep(options: { enterprise?: boolean } = {}): Sweep {
  const action = useAction();
  let github: GitHub | undefined;

  beforeAll(async () => {
    github = await startGitHub(options);
  });
  afterEach(() => running().forget());
  afterAll(() => running().stop());

  function running(): GitHub {
    if (!github) throw new Error("GitHub runs only while tests do.");
    return github;
  }

  async function leaveNamed(user: Pick<User, "userId">, names: readonly string[]): Promise<string[]> {
    return add(names.map((name) => ({ name, user: user.userId, created_at: minutesAgo(120) })));
  }

  async function add(tokens: TokenToAdd[]): Promise<string[]> {
    return (await action.emulator.addTokens(tokens)).map(({ id }) => id);
  }

  return {
    action,
    get github() {
      return running();
    },
    leaveNamed,
    leave: (...orphans) =>
      add(
        orphans.map(({ user, ageMinutes = 120, ...name }) => ({
          name: nameOf(name),
          user: user.userId,
          created_at: minutesAgo(ageMinutes),
          expires_at: second(new Date(Date.now() + 3_600_000)),
        })),
      ),
    run: (user, inputs, options) =>
      runCompanion("sweep", action, user, {
        githubToken: running().token,
        ...options,
        env: { GITHUB_API_URL: running().apiUrl, ...options?.env },
        inputs: { ...(inputs?.["api-key"] === undefined ? credentials(user) : {}), ...inputs },
      }),
    live: async ({ userId }) => (await action.emulator.liveTokens(userId)).map(({ id }) => id),
    superuser: () => action.emulator.addUser({ customer: "new", role: "superuser" }),
  };
}

let nonces = 0;

/** The name that a job of this action gives its token. */
export function nameOf(name: Partial<TokenName>): string {
  nonces += 1;
  return formatTokenName({
    server: "github.com",
    repository: ownRepository,
    runId: "100",
    runAttempt: "1",
    job: "deploy",
    use: "job",
    nonce: nonces.toString(16).padStart(20, "0"),
    serial: 1,
    label: "",
    ...name,
  });
}

function minutesAgo(minutes: number): string {
  return second(new Date(Date.now() - minutes * 60_000));
}

/** The items of a list as the actions write it: separated by single spaces. */
export function listOf(text: string | undefined): string[] {
  return text === "" ? [] : (text ?? "no such output").split(" ");
}

/** What the outputs say, as numbers and lists. A step that set none shows its log instead. */
export function outcome({ outputs, conclusion, log }: CompanionStep) {
  if (outputs.swept === undefined) return { log };
  return {
    conclusion,
    swept: Number(outputs.swept),
    kept: Number(outputs.kept),
    failed: Number(outputs.failed),
    ids: listOf(outputs["token-ids"]),
  };
}
