import { asFastlyError, type FastlyErrorCode } from "../../../src/fastly/index.ts";
import { isAccessToken, isId, readToken } from "../../../src/fastly/shapes.ts";
import type { Answer } from "../probe.ts";
import type { Made, Run } from "../run.ts";
import { judged, notChecked, type Verdict, type Verdicts } from "../verdict.ts";
import { type Check, judgedRefusal, longestFreshMs, textOf } from "./check.ts";

/** The first request: everything else is asked with the token that it creates. */
export const signIn: Check = {
  names: ["password-creates", "otp-header", "create-answer", "key-form", "expiry-kept"],
  check: async (run) => {
    await untilEnoughIsLeft(run);
    const { name, askedAt, form } = run.intend({ scope: "global" });
    const otp = otpNow(run);
    const answer = await run.askWithPassword({ method: "POST", path: "/tokens", form }, otp);
    run.session = run.made(name, askedAt, answer);
    if (!run.session) return { "password-creates": refused(answer) };
    await untilKnown(run, run.session);
    const signedIn = judged(true, answer.saw);
    return {
      "password-creates": signedIn,
      "otp-header": otp === undefined ? notChecked("FASTLY_TOTP_SECRET is not set") : signedIn,
      ...checkCreated(answer, run.session, form),
    };
  },
};

const enoughMs = 15_000;

/** A one-time password that is about to end could not be sent again. */
async function untilEnoughIsLeft(run: Run): Promise<void> {
  const { otp } = run.account;
  if (otp.kind !== "computed") return;
  const leftMs = otp.stepMs - (run.now() % otp.stepMs);
  if (leftMs < enoughMs) await run.wait(leftMs + 500);
}

/** What Fastly has against this user says nothing about the request. */
const aboutTheUser: ReadonlySet<FastlyErrorCode> = new Set([
  "refused-credentials",
  "missing-credentials",
  "refused-otp",
  "account-locked",
  "token-limit",
  "rate-limited",
]);

function refused({ error, saw }: Answer): Verdict {
  if (error?.accountNeeds) return notChecked(`the account asks for ${error.accountNeeds} first (${saw})`);
  if (error && aboutTheUser.has(error.code)) return notChecked(`Fastly refused this user: ${saw}`);
  return judged(false, saw);
}

/** A fresh key may not be known everywhere yet. */
async function untilKnown(run: Run, { key, askedAt }: Made): Promise<void> {
  for (;;) {
    const { status } = await run.ask({ method: "GET", path: "/tokens/self", key });
    if (status === 200 || Date.now() - askedAt > longestFreshMs) return;
    await run.wait(500);
  }
}

function checkCreated(answer: Answer, { key, id }: Made, form: URLSearchParams): Verdicts {
  return {
    "create-answer": readable(answer, id),
    "key-form": judged(
      isAccessToken(key),
      `${key.length} characters${/^[\w-]+$/.test(key) ? " of A-Z a-z 0-9 _ -" : ""}`,
    ),
    "expiry-kept": expiryKept(answer, form.get("expires_at") ?? ""),
  };
}

function readable({ operation, status, json }: Answer, id: string): Verdict {
  try {
    readToken({ operation, status, json });
    return judged(isId(id), `HTTP ${status} with every field`);
  } catch (error) {
    return judged(false, asFastlyError(error).reason);
  }
}

function expiryKept({ json }: Answer, asked: string): Verdict {
  const granted = textOf(json, "expires_at") ?? "";
  const differenceMs = Date.parse(granted) - Date.parse(asked);
  if (Number.isNaN(differenceMs)) return judged(false, "the response has no readable expires_at");
  return judged(Math.abs(differenceMs) <= 60_000, `${differenceMs / 1000} s from what was asked for`);
}

/** Right after the first request, so that its step is not over. */
export const sameOtpAgain: Check = {
  names: ["otp-once"],
  check: async (run) => {
    const { otp } = run.account;
    if (otp.kind === "none") return { "otp-once": notChecked("FASTLY_TOTP_SECRET is not set") };
    const used = lastOtp.get(run);
    if (used === undefined || used !== otpNow(run))
      return { "otp-once": notChecked("the 30 seconds were over before it could be sent again") };
    const { name, askedAt, form } = run.intend({ scope: "global" });
    const answer = await run.askWithPassword({ method: "POST", path: "/tokens", form }, used);
    run.made(name, askedAt, answer);
    return { "otp-once": judged(answer.error?.code === "refused-otp", answer.saw) };
  },
};

export const sudo: Check = {
  names: ["sudo-needed", "sudo-opens"],
  check: async (run) => {
    const { key } = run.needSession();
    const refused = run.intend({ scope: "purge_select" });
    const answer = await run.ask({ method: "POST", path: "/tokens", key, form: refused.form });
    run.made(refused.name, refused.askedAt, answer);
    const opened = await openSudo(run, key);
    const until = textOf(opened.json, "expiry_time");
    const minutes = until === undefined ? undefined : Math.round((Date.parse(until) - run.now()) / 60_000);
    run.isInSudoMode = opened.status >= 200 && opened.status < 300;
    const window = minutes === undefined ? "without a time at which it ends" : `for ${minutes} minutes`;
    return {
      "sudo-needed": judgedRefusal(answer, 403),
      "sudo-opens": judged(
        run.isInSudoMode && (minutes === undefined || minutes >= 4),
        run.isInSudoMode ? `${opened.saw}, ${window}` : opened.saw,
      ),
    };
  },
};

/** A one-time password works once: the next one is waited for. */
async function openSudo(run: Run, key: string): Promise<Answer> {
  const { otp } = run.account;
  const used = lastOtp.get(run);
  if (otp.kind === "computed" && used !== undefined && used === otp.otpAt(run.now()))
    await run.wait(otp.stepMs - (run.now() % otp.stepMs) + 500);
  return run.askWithPassword({ method: "POST", path: "/sudo", key }, otpNow(run));
}

const lastOtp = new WeakMap<Run, string>();

function otpNow(run: Run): string | undefined {
  const { otp } = run.account;
  if (otp.kind === "none") return undefined;
  const code = otp.otpAt(run.now());
  lastOtp.set(run, code);
  run.masks.add(code, "one-time password");
  return code;
}
