import { FastlyError, type FastlyErrorCode } from "../../src/fastly/index.ts";
import { decideRetry, type MintSituation } from "../../src/token/mint-retry.ts";

const hour = 3_600_000;

function situation(
  code: FastlyErrorCode,
  mayHaveHappened: boolean,
  changes: Partial<MintSituation> = {},
  details: { status?: number; retryAfterMs?: number; serverNow?: number; operation?: string } = {},
): MintSituation {
  return {
    error: new FastlyError({
      code,
      operation: "POST /tokens",
      reason: "a test",
      mayHaveHappened,
      ...details,
    }),
    tries: 1,
    lostResponses: mayHaveHappened ? 1 : 0,
    alike: 1,
    refusedOtps: code === "refused-otp" ? 1 : 0,
    sendsLeft: 3,
    correctionsLeft: 2,
    offsetMs: 0,
    now: 1_000 * hour,
    remainingMs: 60_000,
    untilNextOtp: () => 0,
    hasOtp: true,
    random: () => 0,
    ...changes,
  };
}

/** What is reported after a first try that ended so, or `stop`. */
const expected: Record<FastlyErrorCode, { refused: string; lost: string }> = {
  "refused-credentials": { refused: "stop", lost: "stop" },
  "missing-credentials": { refused: "stop", lost: "stop" },
  "refused-otp": { refused: "waiting-for-otp", lost: "waiting-for-otp" },
  "account-locked": { refused: "stop", lost: "stop" },
  "invalid-scope": { refused: "stop", lost: "stop" },
  "invalid-expiry": { refused: "stop", lost: "stop" },
  "token-limit": { refused: "waiting-for-room", lost: "waiting-for-room" },
  "bad-request": { refused: "stop", lost: "stop" },
  unauthorized: { refused: "stop", lost: "stop" },
  "expired-key": { refused: "stop", lost: "stop" },
  forbidden: { refused: "stop", lost: "stop" },
  "not-found": { refused: "stop", lost: "stop" },
  "rate-limited": { refused: "waiting-for-rate-limit", lost: "response-lost" },
  "server-error": { refused: "stop", lost: "response-lost" },
  redirected: { refused: "stop", lost: "response-lost" },
  "unexpected-response": { refused: "stop", lost: "response-lost" },
  "malformed-response": { refused: "stop", lost: "response-lost" },
  "response-too-large": { refused: "stop", lost: "response-lost" },
  unreachable: { refused: "waiting-for-connection", lost: "waiting-for-connection" },
  "proxy-failed": { refused: "waiting-for-connection", lost: "waiting-for-connection" },
  "proxy-refused": { refused: "stop", lost: "stop" },
  "untrusted-certificate": { refused: "stop", lost: "stop" },
  "connection-lost": { refused: "stop", lost: "response-lost" },
  "timed-out": { refused: "stop", lost: "response-lost" },
  aborted: { refused: "stop", lost: "stop" },
};

function decisionOn(given: MintSituation): string {
  const decision = decideRetry(given);
  return decision.kind === "stop" ? "stop" : decision.report.kind;
}

const codes = Object.keys(expected) as FastlyErrorCode[];

test.each(codes)("%s", (code) => {
  expect({ refused: decisionOn(situation(code, false)), lost: decisionOn(situation(code, true)) }).toEqual(
    expected[code],
  );
});

const sent = codes.filter((code) => code !== "unreachable" && code !== "proxy-failed");

test.each(sent)("%s, and the password was sent as often as it may be", (code) => {
  for (const lost of [true, false]) expect(decisionOn(situation(code, lost, { sendsLeft: 0 }))).toBe("stop");
});

const lostCodes = codes.filter((code) => expected[code].lost === "response-lost");

test.each(lostCodes)("%s: the third lost answer is the last, and each try has its own name", (code) => {
  expect(decideRetry(situation(code, true, { lostResponses: 2 }))).toMatchObject({ underAnotherName: true });
  expect(decisionOn(situation(code, true, { lostResponses: 3 }))).toBe("stop");
});

test.each(["malformed-response", "unexpected-response", "response-too-large", "redirected"] as const)(
  "%s twice alike, or with a 400, is not asked for again",
  (code) => {
    expect(decisionOn(situation(code, true, { alike: 2, lostResponses: 2 }))).toBe("stop");
    expect(decisionOn(situation(code, true, {}, { status: 400 }))).toBe("stop");
  },
);

test("without computed one-time passwords, or after three, a refused one is final", () => {
  expect(decisionOn(situation("refused-otp", false, { hasOtp: false }))).toBe("stop");
  expect(decisionOn(situation("refused-otp", false, { refusedOtps: 2 }))).toBe("waiting-for-otp");
  expect(decisionOn(situation("refused-otp", false, { refusedOtps: 3 }))).toBe("stop");
});

test.each(codes)("%s: only a refusal that a wrong clock explains teaches the server's time", (code) => {
  const serverNow = 1_002 * hour;
  for (const lost of [true, false]) {
    const decision = decideRetry(situation(code, lost, {}, { serverNow }));
    const teaches = !lost && (code === "invalid-expiry" || code === "refused-otp");
    if (teaches) expect(decision).toMatchObject({ kind: "retry", offsetMs: 2 * hour });
    else if (decision.kind === "retry") expect(decision.offsetMs).toBe(0);
  }
});

test("a clock is corrected as often as that is left, and not for seconds", () => {
  const details = { serverNow: 1_002 * hour };
  expect(decisionOn(situation("invalid-expiry", false, {}, details))).toBe("correcting-clock");
  expect(decisionOn(situation("invalid-expiry", false, { correctionsLeft: 0 }, details))).toBe("stop");
  expect(decisionOn(situation("invalid-expiry", false, {}, { serverNow: 1_000 * hour + 9_000 }))).toBe(
    "stop",
  );
});

test("waits that cost one of few requests are spread over the time there is", () => {
  const wait = (changes: Partial<MintSituation>) => {
    const decision = decideRetry(situation("token-limit", false, { random: () => 0.5, ...changes }));
    return decision.kind === "retry" ? decision.report.waitMs : undefined;
  };
  expect(wait({ sendsLeft: 3 })).toBe(15_000);
  expect(wait({ sendsLeft: 1 })).toBe(30_000);
  expect(wait({ sendsLeft: Number.POSITIVE_INFINITY })).toBeLessThan(1_000);
});

test("nothing is sent before Fastly allows it, nor before there is a fresh one-time password", () => {
  const asked = decideRetry(situation("rate-limited", false, {}, { retryAfterMs: 7_000 }));
  expect(asked).toMatchObject({ report: { waitMs: 7_000 } });
  const otp = decideRetry(situation("server-error", true, { untilNextOtp: () => 20_000 }));
  expect(otp).toMatchObject({ report: { waitMs: 20_000 } });
});

test("a lost answer to sudo made no token: the name stays", () => {
  const decision = decideRetry(situation("server-error", true, {}, { operation: "POST /sudo" }));
  expect(decision).toMatchObject({ report: { kind: "sudo-response-lost" }, underAnotherName: false });
});
