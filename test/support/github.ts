import { type FastifyReply, type FastifyRequest, fastify } from "fastify";

/** What GitHub says of a run, as its REST API lists it. */
export type RunStatus =
  | "completed"
  | "in_progress"
  | "pending"
  | "queued"
  | "requested"
  | "waiting"
  | "action_required";

export type KnownRun = {
  repository: string;
  runId: number | string;
  /** 1 unless told. */
  attempt?: number | string;
  status: RunStatus;
  /** Of a completed run; `success` unless told. */
  conclusion?: string;
};

/** One question, as it came in. */
export type Question = {
  /** From 1. */
  n: number;
  /** Below the API's own prefix, such as `/repos/octo-org/shop/actions/runs/1/attempts/1`. */
  path: string;
  query: string;
  /** Whether it carried the token that this GitHub knows. */
  authorized: boolean;
};

type Answer = { kind: "answer"; status: number; headers?: Record<string, string>; body?: string | object };

/** What meets a question in the place of the true answer. */
export type Trouble =
  | Answer
  /** Ends the connection without an answer. */
  | { kind: "cut" }
  /** Never answers. */
  | { kind: "stall" }
  /** The true answer, once the promise is fulfilled. */
  | { kind: "hold"; until: Promise<unknown> };

export type GitHub = {
  /** What the runner would set as `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** A token that may read what is known here. */
  readonly token: string;
  readonly questions: readonly Question[];
  /** Makes runs known, and their repositories with them. */
  know(...runs: KnownRun[]): void;
  /** Makes a repository known that has none of the runs asked about. */
  knowRepository(fullName: string): void;
  /** Decides, until the next call, which questions meet trouble. */
  trouble(decide: (question: Question) => Trouble | undefined): void;
  /** From now on so many questions are answered until the limit is reset; none after, but for refusals. */
  limit(questions: number, resetAt: Date): void;
  /** Forgets runs, repositories, questions, trouble and limits. */
  forget(): void;
  stop(): Promise<void>;
};

const token = "ghs_0123456789abcdefghijABCDEFGHIJ012345";
const docs = "https://docs.github.com/rest";

/** The answers of GitHub's REST API to what is wrong, as it gives them. */
export const refusals = {
  badCredentials: {
    kind: "answer",
    status: 401,
    body: { message: "Bad credentials", documentation_url: docs, status: "401" },
  },
  notPermitted: {
    kind: "answer",
    status: 403,
    body: {
      message: "Resource not accessible by integration",
      documentation_url: `${docs}/actions/workflow-runs#get-a-workflow-run-attempt`,
      status: "403",
    },
  },
  notFound: {
    kind: "answer",
    status: 404,
    body: {
      message: "Not Found",
      documentation_url: `${docs}/actions/workflow-runs#get-a-workflow-run-attempt`,
      status: "404",
    },
  },
  serverError: { kind: "answer", status: 500, body: { message: "Server Error" } },
  badGateway: {
    kind: "answer",
    status: 502,
    headers: { "content-type": "text/html" },
    body: "<!DOCTYPE html><title>Unicorn! &middot; GitHub</title>",
  },
} as const satisfies Record<string, Trouble>;

/** The refusal of one question too many within the hour. */
export function overLimit(resetAt: Date, status: 403 | 429 = 403): Trouble {
  return {
    kind: "answer",
    status,
    headers: limitHeaders(0, resetAt),
    body: {
      message: "API rate limit exceeded for installation ID 1234567.",
      documentation_url: `${docs}/overview/rate-limits-for-the-rest-api`,
      status: String(status),
    },
  };
}

/** The refusal of too many questions at once. */
export function overSecondaryLimit(retryAfterSeconds: number, status: 403 | 429 = 403): Trouble {
  return {
    kind: "answer",
    status,
    headers: {
      ...limitHeaders(900, new Date(Date.now() + 3_600_000)),
      "retry-after": `${retryAfterSeconds}`,
    },
    body: {
      message:
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID 0A1B:2C3D.",
      documentation_url: `${docs}/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits`,
    },
  };
}

/** Starts a server that answers as GitHub's REST API does, about runs and repositories alone. */
export async function startGitHub({ enterprise = false } = {}): Promise<GitHub> {
  const server = fastify();
  const runs = new Map<string, KnownRun>();
  const repositories = new Set<string>();
  const questions: Question[] = [];
  let decide: (question: Question) => Trouble | undefined = () => undefined;
  let limited: { left: number; resetAt: Date } | undefined;

  async function answer(request: FastifyRequest, reply: FastifyReply, truth: () => Answer): Promise<unknown> {
    const question = note(request);
    const trouble = decide(question) ?? takeFromLimit();
    if (trouble && trouble.kind !== "hold") return meet(trouble, request, reply);
    await trouble?.until;
    return meet(question.authorized ? truth() : refusals.badCredentials, request, reply);
  }

  function note(request: FastifyRequest): Question {
    const [path = "", query = ""] = request.url.slice(prefix.length).split("?");
    const authorized = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? "")?.[1] === token;
    const question = { n: questions.length + 1, path, query, authorized };
    questions.push(question);
    return question;
  }

  function takeFromLimit(): Trouble | undefined {
    if (!limited || limited.resetAt.getTime() <= Date.now()) return undefined;
    limited.left -= 1;
    return limited.left < 0 ? overLimit(limited.resetAt) : undefined;
  }

  function meet(trouble: Exclude<Trouble, { kind: "hold" }>, request: FastifyRequest, reply: FastifyReply) {
    if (trouble.kind !== "answer") {
      reply.hijack();
      if (trouble.kind === "cut") request.socket.destroy();
      return reply;
    }
    const resetAt = limited?.resetAt ?? new Date(Date.now() + 3_600_000);
    return reply
      .code(trouble.status)
      .headers({
        "content-type": "application/json; charset=utf-8",
        ...limitHeaders(Math.max(0, limited?.left ?? 4_999), resetAt),
        ...trouble.headers,
      })
      .send(
        trouble.body === undefined || typeof trouble.body === "string"
          ? (trouble.body ?? "")
          : JSON.stringify(trouble.body),
      );
  }

  const prefix = enterprise ? "/api/v3" : "";
  type Named = { owner: string; repo: string };
  server.get<{ Params: Named & { id: string; attempt: string } }>(
    `${prefix}/repos/:owner/:repo/actions/runs/:id/attempts/:attempt`,
    (request, reply) => {
      const { owner, repo, id, attempt } = request.params;
      return answer(request, reply, () => {
        const run = runs.get(keyOf(`${owner}/${repo}`, id, attempt));
        return run ? { kind: "answer", status: 200, body: runBody(run) } : refusals.notFound;
      });
    },
  );
  server.get<{ Params: Named }>(`${prefix}/repos/:owner/:repo/actions/runs`, (request, reply) => {
    const fullName = `${request.params.owner}/${request.params.repo}`;
    return answer(request, reply, () =>
      repositories.has(fullName.toLowerCase())
        ? { kind: "answer", status: 200, body: { total_count: 0, workflow_runs: [] } }
        : refusals.notFound,
    );
  });
  // GitHub's root has more to say, such as `/zen`, and answers it to whoever asks.
  server.get(`${prefix}/zen`, (request, reply) =>
    answer(request, reply, () => ({ kind: "answer", status: 200, body: "Keep it logically awesome." })),
  );
  server.setNotFoundHandler((request, reply) => answer(request, reply, () => refusals.notFound));

  const url = await server.listen({ host: "127.0.0.1", port: 0 });

  return {
    apiUrl: `${url}${prefix}`,
    token,
    questions,
    know(...known) {
      for (const run of known) {
        runs.set(keyOf(run.repository, run.runId, run.attempt ?? 1), run);
        repositories.add(run.repository.toLowerCase());
      }
    },
    knowRepository: (fullName) => void repositories.add(fullName.toLowerCase()),
    trouble(next) {
      decide = next;
    },
    limit(left, resetAt) {
      limited = { left, resetAt };
    },
    forget() {
      runs.clear();
      repositories.clear();
      questions.length = 0;
      decide = () => undefined;
      limited = undefined;
    },
    stop: () => {
      // A question that never was answered would hold the server open.
      server.server.closeAllConnections();
      return server.close();
    },
  };
}

function keyOf(repository: string, runId: number | string, attempt: number | string): string {
  return `${repository.toLowerCase()}/${runId}/${attempt}`;
}

/** As much of a run as whoever asks may lean on. */
export function runBody({
  repository,
  runId,
  attempt = 1,
  status,
  conclusion = "success",
}: KnownRun): object {
  return {
    id: Number(runId),
    name: "Deploy",
    event: "push",
    status,
    conclusion: status === "completed" ? conclusion : null,
    run_attempt: Number(attempt),
    html_url: `https://github.com/${repository}/actions/runs/${runId}`,
    repository: { full_name: repository },
  };
}

function limitHeaders(remaining: number, resetAt: Date): Record<string, string> {
  return {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": `${remaining}`,
    "x-ratelimit-used": `${5000 - remaining}`,
    "x-ratelimit-reset": `${Math.ceil(resetAt.getTime() / 1000)}`,
    "x-ratelimit-resource": "core",
  };
}
