import { type FastifyReply, type FastifyRequest, fastify } from "fastify";
import {
  limitHeaders,
  overLimit,
  type RestResponse,
  refusals,
} from "../../emulator/github/rest/responses.ts";
import { isAuthorized, restRoutes, sendResponse } from "../../emulator/github/rest/routes.ts";
import { createRuns, type KnownRun } from "../../emulator/github/rest/runs.ts";

export { overLimit, overSecondaryLimit, refusals } from "../../emulator/github/rest/responses.ts";
export { type KnownRun, type RunStatus, runBody } from "../../emulator/github/rest/runs.ts";

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

/** What meets a question in the place of the true answer. */
export type Trouble =
  | RestResponse
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

/** Starts a server that answers as GitHub's REST API does, about runs and repositories alone. */
export async function startGitHub({ enterprise = false } = {}): Promise<GitHub> {
  const server = fastify();
  const runs = createRuns();
  const questions: Question[] = [];
  let decide: (question: Question) => Trouble | undefined = () => undefined;
  let limited: { left: number; resetAt: Date } | undefined;

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    truth: () => RestResponse,
  ): Promise<unknown> {
    const question = note(request);
    const trouble = decide(question) ?? takeFromLimit();
    if (trouble && trouble.kind !== "hold") return meet(trouble, request, reply);
    await trouble?.until;
    return meet(question.authorized ? truth() : refusals.badCredentials, request, reply);
  }

  function note(request: FastifyRequest): Question {
    const [path = "", query = ""] = request.url.slice(prefix.length).split("?");
    const question = { n: questions.length + 1, path, query, authorized: isAuthorized(request, token) };
    questions.push(question);
    return question;
  }

  function takeFromLimit(): Trouble | undefined {
    if (!limited || limited.resetAt.getTime() <= Date.now()) return undefined;
    limited.left -= 1;
    return limited.left < 0 ? overLimit(limited.resetAt) : undefined;
  }

  function meet(trouble: Exclude<Trouble, { kind: "hold" }>, request: FastifyRequest, reply: FastifyReply) {
    if (trouble.kind !== "respond") {
      reply.hijack();
      if (trouble.kind === "cut") request.socket.destroy();
      return reply;
    }
    const resetAt = limited?.resetAt ?? new Date(Date.now() + 3_600_000);
    return sendResponse(reply, trouble, limitHeaders(Math.max(0, limited?.left ?? 4_999), resetAt));
  }

  const prefix = enterprise ? "/api/v3" : "";
  restRoutes(server, prefix, runs, answer);
  server.setNotFoundHandler((request, reply) => answer(request, reply, () => refusals.notFound));

  const url = await server.listen({ host: "127.0.0.1", port: 0 });

  return {
    apiUrl: `${url}${prefix}`,
    token,
    questions,
    know: runs.know,
    knowRepository: runs.knowRepository,
    trouble(next) {
      decide = next;
    },
    limit(left, resetAt) {
      limited = { left, resetAt };
    },
    forget() {
      runs.forget();
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
