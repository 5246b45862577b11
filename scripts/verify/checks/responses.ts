import { parseDate } from "../../../src/http/retry-delay.ts";
import type { Answer } from "../probe.ts";
import type { Run } from "../run.ts";
import { judged, notChecked, type Verdict } from "../verdict.ts";
import { type Check, textOf } from "./check.ts";

/** What all responses of the run have shown. */
export const responses: Check = {
  names: ["error-form", "write-headers", "limit-resets-hourly", "plain-answers", "fastly-clock"],
  check: async ({ answers }: Run) => ({
    "error-form": errorForm(answers),
    "write-headers": writeHeaders(answers),
    "limit-resets-hourly": fullHour(answers),
    "plain-answers": plain(answers),
    "fastly-clock": clock(answers),
  }),
};

function errorForm(answers: readonly Answer[]): Verdict {
  const refusals = answers.filter(({ status }) => status >= 400 && status < 500);
  const foreign = refusals.filter(({ error }) => error?.code === "unexpected-response");
  if (refusals.length === 0) return notChecked("nothing was refused");
  return judged(
    foreign.length === 0,
    foreign.length === 0
      ? `${refusals.length} refusals had it`
      : foreign.map(({ operation, saw }) => `${operation}: ${saw}`).join("; "),
  );
}

const remaining = "fastly-ratelimit-remaining";
const reset = "fastly-ratelimit-reset";

function writeHeaders(answers: readonly Answer[]): Verdict {
  const done = answers.filter(({ status }) => status < 300);
  const writes = done.filter(({ method }) => method !== "GET");
  const reads = done.filter(({ method }) => method === "GET");
  if (writes.length === 0) return notChecked("nothing was written");
  const bare = writes.filter(
    ({ headers }) => !(/^\d+$/.test(headers[remaining] ?? "") && /^\d+$/.test(headers[reset] ?? "")),
  );
  const counted = reads.filter(({ headers }) => headers[remaining] !== undefined);
  return judged(
    bare.length === 0 && counted.length === 0,
    `${writes.length - bare.length} of ${writes.length} writes have them, ${counted.length} of ${reads.length} reads`,
  );
}

function fullHour(answers: readonly Answer[]): Verdict {
  const times = answers.flatMap(({ headers }) =>
    headers[reset] === undefined ? [] : [Number(headers[reset])],
  );
  if (times.length === 0) return notChecked("no response says when the limit is reset");
  const odd = times.filter((time) => time % 3600 !== 0);
  return judged(odd.length === 0, `${times.length - odd.length} of ${times.length} times are full hours`);
}

function plain(answers: readonly Answer[]): Verdict {
  const encoded = answers.filter(({ headers }) => headers["content-encoding"] !== undefined);
  return judged(encoded.length === 0, `${encoded.length} of ${answers.length} responses were encoded`);
}

/** A response says its own time in whole seconds, and when its token was created. */
function clock(answers: readonly Answer[]): Verdict {
  const differences = answers.flatMap(({ headers, json, status }) => {
    const [date, created] = [parseDate(headers.date), Date.parse(textOf(json, "created_at") ?? "")];
    const isCreate = status < 300 && textOf(json, "access_token") !== undefined;
    return isCreate && date !== undefined && !Number.isNaN(created) ? [Math.abs(date - created) / 1000] : [];
  });
  if (differences.length === 0) return notChecked("no response has both times");
  const most = Math.max(...differences);
  return judged(most <= 5, `at most ${most} s apart in ${differences.length} responses`);
}
