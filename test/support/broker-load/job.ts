import { mintThroughBroker } from "../../../src/action/broker/mint-through-broker.ts";
import type { BrokerPorts } from "../../../src/action/broker/ports.ts";
import { recoverThroughBroker } from "../../../src/action/broker/recover-through-broker.ts";
import { deadlineIn, type FastlyApi } from "../../../src/fastly/index.ts";
import type { HttpResponse, Transport } from "../../../src/http/transport.ts";
import { parseObject } from "../../../src/text/json-object.ts";
import { endJobTokens } from "../../../src/token/end-job-tokens.ts";
import { type Journal, keepJournal } from "../../../src/token/journal.ts";
import type { TokenReport } from "../../../src/token/token-status.ts";
import { audience } from "../../broker/service/world.ts";
import type { GitHubJob } from "../github-oidc.ts";

/* A job as the action plays it, main and post, by the action's own code: in this process, so that thousands can be played. */

/** The ways out of a job. */
export type JobPorts = {
  api: FastlyApi;
  /** To the instance of that number, as a load balancer would have it. */
  toInstance: (number: number) => Transport;
  instances: number;
  openTransport: (origin: string) => Transport;
};

export type JobOptions = {
  number: number;
  /** Whether each JWT is sent to two instances at once. */
  isTwin: boolean;
  hold: () => Promise<void>;
  onServed: () => Promise<void>;
  onRefused: (why: string) => void;
  onTwiceAccepted: () => void;
};

export type PlayedJob = {
  /** Why it got no token, where it got none. */
  failure?: string;
  /** What became of the tokens whose answers were lost. */
  recovered: TokenReport[];
  journal: Journal;
};

const broker = { url: "http://broker.test", rule: "web-purge", audience };
const mainMs = 10 * 60_000;
/** A token that was made is found by then; that none was made is proved later than a test can wait. */
const postMs = 15_000;

export async function playJob(job: GitHubJob, options: JobOptions, ports: JobPorts): Promise<PlayedJob> {
  let journal: Journal = { attempts: [], password: { verdict: "unheard", sends: 0 } };
  const keeper = keepJournal((kept) => {
    journal = kept;
  });
  const githubUrl = new URL(job.env.ACTIONS_ID_TOKEN_REQUEST_URL ?? "");
  const brokerPorts: BrokerPorts = {
    api: ports.api.with({ deadline: deadlineIn(mainMs, ports.api.clock) }),
    transport: balanced(options, ports),
    source: {
      url: githubUrl,
      requestToken: job.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? "",
      transport: ports.openTransport(githubUrl.origin),
    },
    userAgent: "broker-load",
    hide: () => {},
  };
  const report = (why: string) => options.onRefused(why);
  const outcome = await mintThroughBroker(
    broker,
    nameOf(job),
    {},
    { ...brokerPorts, journal: keeper, report },
  );
  if (outcome.kind === "minted") {
    const { accessToken, id } = outcome.token;
    keeper.record(outcome.name, { kind: "handed-over", accessToken, id });
    await options.onServed();
    await options.hold();
  }
  const api = ports.api.with({ deadline: deadlineIn(postMs, ports.api.clock) });
  const recovered = await endJobTokens(
    journal,
    false,
    api,
    recoverThroughBroker(broker, { ...brokerPorts, api }),
  );
  return { recovered, journal, ...(outcome.kind === "minted" ? {} : { failure: JSON.stringify(outcome) }) };
}

function nameOf({ env }: GitHubJob) {
  return {
    server: "github.com",
    repository: env.GITHUB_REPOSITORY ?? "",
    runId: env.GITHUB_RUN_ID ?? "",
    runAttempt: env.GITHUB_RUN_ATTEMPT ?? "",
    job: "",
    use: "job" as const,
    nonce: "",
    label: "",
  };
}

/** Each request goes to the next instance; a twin's requests for a token go to two at once. */
function balanced(
  { number, isTwin, onTwiceAccepted }: JobOptions,
  { toInstance, instances }: JobPorts,
): Transport {
  let at = number;
  return {
    exchange: async (request, limits) => {
      const first = toInstance(at++ % instances);
      if (!isTwin || !request.path.endsWith("/v1/token")) return first.exchange(request, limits);
      const second = toInstance(at % instances);
      const both = await Promise.allSettled([first, second].map((to) => to.exchange(request, limits)));
      if (both.every((one) => one.status === "fulfilled" && one.value.status === 200)) onTwiceAccepted();
      return answerOf(both);
    },
    close: async () => {},
  };
}

/** What a job may rely on: the token; else that an answer was lost; else a refusal that is not of the second one. */
function answerOf(both: PromiseSettledResult<HttpResponse>[]): HttpResponse {
  const answers = both.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const granted = answers.find(({ status }) => status === 200);
  if (granted) return granted;
  for (const one of both) if (one.status === "rejected") throw one.reason;
  const isReused = ({ body }: HttpResponse) => parseObject(body)?.error_code === "token_reused";
  const refusal = answers.find((one) => !isReused(one)) ?? answers[0];
  if (!refusal) throw new Error("no instance was asked");
  return refusal;
}
