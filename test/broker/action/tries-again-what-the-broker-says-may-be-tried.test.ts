import { machineClock, messagesOf } from "../../support/action.ts";
import { useBrokerWorld } from "../../support/broker-jobs.ts";

const world = useBrokerWorld();

const requestId = "01234567-89ab-4cde-8f01-23456789abcd";

/** A refusal in the broker's form, in place of its own answer. */
function refusal(status: number, code: string, retryAfter?: string) {
  return {
    kind: "respond",
    when: "before",
    status,
    headers: {
      "content-type": "application/json",
      ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
    },
    body: JSON.stringify({
      error: "temporarily_unavailable",
      error_code: code,
      error_description: "Not now.",
      request_id: requestId,
    }),
  } as const;
}

const passing = [
  [429, "quota_exceeded", "The rule's quota is used up."],
  [503, "no_room", "No Fastly user of the rule had room for another token in time."],
  [
    503,
    "upstream_unavailable",
    "The broker got no valid response from Fastly, or from the issuer of the OIDC token.",
  ],
  [503, "store_unavailable", "The broker cannot reach its store, so it creates no tokens."],
] as const;

const final = [
  [502, "upstream_refused", "Fastly refused to create the token for the broker."],
  [500, "internal", "The broker had an internal error."],
  [400, "token_reused", "The broker has seen this OIDC token before, and each one works only once."],
] as const;

/** By then what such a refusal may have left would be in Fastly's list. */
const later = { env: machineClock(95_000) };

/** The JWTs that the job sent to the broker. */
function jwts(job: { forms(): URLSearchParams[] }): string[] {
  return job.forms().map((form) => form.get("subject_token") ?? "");
}

/** Runs a job whose broker refuses each time. @returns the one error of main, which asked once */
async function refusedAtOnce(fault: ReturnType<typeof refusal>): Promise<string> {
  world.front.fault({ path: "/v1/token", times: "always", fault });
  const job = await world.job();
  const main = await job.run("main");
  expect(main.conclusion).toBe("failure");
  const [message = "", ...more] = messagesOf(main, "error");
  expect(more).toEqual([]);
  expect(jwts(job)).toHaveLength(1);
  await job.run("post", later);
  return message;
}

test.each(passing)("HTTP %i %s: asks again with a fresh JWT, and gets its token", async (status, code) => {
  world.front.fault({ path: "/v1/token", times: 1, fault: refusal(status, code, "1") });
  const job = await world.job();
  const main = await job.run("main");
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  const sent = jwts(job);
  expect(sent).toHaveLength(2);
  expect(new Set(sent).size).toBe(2);
  expect((await job.asked()).github).toEqual(["GET", "GET"]);
  const post = await job.run("post", later);
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toEqual([]);
});

test.each(passing)(
  "HTTP %i %s, with more to wait than there is time: says so at once, and what to do",
  async (status, code, what) => {
    const message = await refusedAtOnce(refusal(status, code, "3600"));
    expect(message).toContain(what);
    expect(message).toContain(`The broker says: "Not now." (${code}, request "${requestId}")`);
  },
);

test.each(final)("HTTP %i %s: is final, and reported with its request ID", async (status, code, what) => {
  const message = await refusedAtOnce(refusal(status, code, "1"));
  expect(message).toContain(what);
  expect(message).toContain(`(${code}, request "${requestId}")`);
});
