"use strict";
exports.id = 93;
exports.ids = [93];
exports.modules = {

/***/ 2093:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {


// EXTERNAL MODULE: external "node:v8"
var external_node_v8_ = __webpack_require__(8877);
var external_node_v8_default = /*#__PURE__*/__webpack_require__.n(external_node_v8_);
;// CONCATENATED MODULE: ./src/action/keep-memory-small.ts

/*
 * Thousands of short questions make V8 double the space for young objects again and again, for garbage alone:
 * a sweep of ten thousand runs would peak at 250 MB instead of 140. Imported first, for its effect.
 */
external_node_v8_default().setFlagsFromString("--semi-space-growth-factor=1");
external_node_v8_default().setFlagsFromString("--optimize-for-size");

// EXTERNAL MODULE: ./src/action/run-step.ts + 1 modules
var run_step = __webpack_require__(4426);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 4 modules
var core = __webpack_require__(2486);
// EXTERNAL MODULE: ./src/fastly/index.ts + 11 modules
var fastly = __webpack_require__(6732);
// EXTERNAL MODULE: ./src/fastly/token.ts
var token = __webpack_require__(4860);
;// CONCATENATED MODULE: ./src/token/in-parallel.ts
/** Does some work for each item, for no more than `limit` of them at a time. */
async function inParallel(items, limit, work) {
    const queue = items.values();
    async function worker() {
        for (const item of queue)
            await work(item);
    }
    await Promise.all(Array.from({ length: limit }, worker));
}

// EXTERNAL MODULE: ./src/token/token-name.ts
var token_name = __webpack_require__(1210);
;// CONCATENATED MODULE: ./src/token/ask-runs.ts


const askedAtOnce = 10;
const reportedEvery = 500;
/**
 * Asks once about each attempt, several side by side.
 *
 * @returns states by `runKey`
 */
async function askRuns(runs, askRun, onProgress) {
    const distinct = new Map(runs.map((run) => [runKey(run), run]));
    const states = new Map();
    await inParallel([...distinct], askedAtOnce, async ([key, run]) => {
        states.set(key, isNamed(run) ? await askRun(run) : unnamed);
        const done = states.size;
        if (done % reportedEvery === 0 || done === distinct.size)
            onProgress(done, distinct.size);
    });
    return states;
}
const unnamed = { kind: "unknown", why: "its name does not say which run created it" };
function isNamed({ repository, runId }) {
    return repository !== token_name/* unknownRun */.ih.repository && runId !== token_name/* unknownRun */.ih.runId;
}
function runKey({ repository, runId, runAttempt }) {
    return `${repository.toLowerCase()}/${runId}/${runAttempt}`;
}

// EXTERNAL MODULE: ./src/token/fresh-key.ts
var fresh_key = __webpack_require__(5043);
// EXTERNAL MODULE: ./src/token/revoke-in-bulk.ts
var revoke_in_bulk = __webpack_require__(564);
// EXTERNAL MODULE: ./src/token/with-key.ts
var with_key = __webpack_require__(8983);
;// CONCATENATED MODULE: ./src/token/sweep-tokens.ts







/**
 * Revokes what jobs left behind: tokens whose names parse in full as this action's own, created on this GitHub
 * server for the repositories asked for, old enough, and whose run is over. Everything else stays.
 */
function sweepTokens(order, access, helperName, ports) {
    return (0,with_key/* withKey */.i)(access, helperName, ports, async (key, work) => {
        const malformed = [];
        const listed = await list(order, key, work, (error) => malformed.push(error));
        if (listed instanceof fastly/* FastlyError */.KD)
            return { kind: "not-listed", error: listed };
        const ours = findOurs(listed, order, key, ports);
        ports.report({ kind: "listed", ours: ours.length, all: listed.length + malformed.length });
        const verdicts = await decide(ours, order, ports);
        const over = ours.filter(({ token }) => verdicts.get(token.id)?.kind === "would-sweep");
        if (!order.dryRun) {
            for (const { id, status } of await revokeAll(over, order, key, work, ports))
                verdicts.set(id, { kind: "revocation", status });
        }
        return {
            kind: "swept",
            malformed,
            findings: ours.map((candidate) => ({
                ...candidate,
                verdict: verdicts.get(candidate.token.id) ?? { kind: "too-young" },
            })),
        };
    });
}
/** Lists each token once, whatever the answer repeats. */
async function list({ customerId }, { key }, { api }, onOdd = () => { }) {
    const ask = () => customerId === undefined
        ? (0,fastly/* listTokensUser */.I7)(api, key, onOdd)
        : (0,fastly/* listTokensCustomer */.ZT)(api, key, customerId, onOdd);
    try {
        const tokens = await (0,fresh_key/* askWithFreshKey */.t)(api, ask);
        return [...new Map(tokens.map((token) => [token.id, token])).values()];
    }
    catch (error) {
        return (0,fastly/* asFastlyError */.qV)(error);
    }
}
function findOurs(tokens, order, key, { clock }) {
    const now = clock.now() + key.clockOffsetMs;
    const ours = [];
    for (const token of tokens) {
        const name = (0,token_name/* parseTokenName */.ud)(token.name);
        if (!name || token.id === key.id || !isWanted(name, order) || isExpired(token, now))
            continue;
        ours.push({ token, name, ageMs: now - Date.parse(token.createdAt) });
    }
    return ours;
}
/** GitHub takes names of owners and repositories in any case. */
function isWanted({ server, repository }, { ownRun, repositories }) {
    if (server !== ownRun.server)
        return false;
    return repositories.some((wanted) => wanted === "*" || wanted.toLowerCase() === repository.toLowerCase());
}
function isExpired({ expiresAt }, now) {
    return expiresAt !== null && Date.parse(expiresAt) <= now;
}
/** What is to be done with each token, by its ID: `would-sweep` for those whose run is over. */
async function decide(ours, { ownRun, olderThanMs }, { askRun, report }) {
    const old = ours.filter(({ ageMs }) => ageMs >= olderThanMs);
    const others = old.filter(({ name }) => runKey(name) !== runKey(ownRun)).map(({ name }) => name);
    const states = askRun && (await askRuns(others, askRun, (done, all) => report({ kind: "asked", done, all })));
    return new Map(old.map(({ token, name }) => [token.id, verdictOn(name)]));
    function verdictOn(name) {
        if (runKey(name) === runKey(ownRun))
            return { kind: "run-alive", status: "this very one" };
        return states ? verdictBy(states.get(runKey(name))) : { kind: "would-sweep" };
    }
}
function verdictBy(state) {
    switch (state?.kind) {
        case "finished":
            return { kind: "would-sweep" };
        case "alive":
            return { kind: "run-alive", status: state.status };
        default:
            return { kind: "run-unknown", why: state?.why ?? "GitHub was not asked" };
    }
}
/** The tokens were listed as the user's own: where so many are refused, and none is not, the next fares no better. */
const mostRefusals = 10;
async function revokeAll(candidates, order, key, work, { report }) {
    const ids = candidates.map(({ token }) => token.id);
    return (0,revoke_in_bulk/* revokeInBulk */.Q)(ids, {
        api: work.api,
        key,
        giveUpAfter: mostRefusals,
        onProgress: (done) => report({ kind: "revoked", done, all: ids.length }),
        list: () => listIds(order, key, work),
    });
}
/** Every ID in the list, also of tokens that cannot be read otherwise: what a list leaves out counts as gone. */
async function listIds(order, key, work) {
    const ids = new Set();
    let withoutId;
    const listed = await list(order, key, work, (error, item) => {
        const [known] = (0,token/* readIdAndName */.so)(item);
        if (known)
            ids.add(known.id);
        else
            withoutId = error;
    });
    if (listed instanceof fastly/* FastlyError */.KD)
        return listed;
    for (const { id } of listed)
        ids.add(id);
    return withoutId ?? ids;
}

// EXTERNAL MODULE: ./src/action/companion-inputs.ts
var companion_inputs = __webpack_require__(4620);
// EXTERNAL MODULE: ./src/http/retry-delay.ts
var retry_delay = __webpack_require__(5744);
// EXTERNAL MODULE: ./src/http/node.ts + 2 modules
var node = __webpack_require__(1898);
;// CONCATENATED MODULE: ./src/action/github-connections.ts

/** GitHub documents one redirect at a time: of a repository that was renamed or moved. */
const mostRedirects = 3;
/**
 * Opens what asks GitHub in the same way as Fastly is asked: the same proxies, certificates and limits. Redirects
 * are followed within the same origin only, so that the token goes nowhere else. As many connections are kept as
 * there are questions at once. (Through Node's own `fetch` ten thousand questions take twice the memory.)
 *
 * @param limits asked for each request anew
 */
function openGitHub({ apiUrl, proxy }, limits) {
    const { origin } = new URL(apiUrl);
    const all = [];
    const free = [];
    async function ask(url, init = {}) {
        const connection = free.pop() ?? another();
        try {
            const headers = { ...init.headers };
            return responseOf(await follow(connection, new URL(String(url)), headers));
        }
        finally {
            free.push(connection);
        }
    }
    async function follow(connection, url, headers) {
        let at = url;
        for (let redirects = 0;; redirects++) {
            const path = at.pathname + at.search;
            const answer = await connection.exchange({ method: "GET", path, headers }, limits());
            if (answer.failure)
                throw answer.failure;
            const next = isRedirect(answer.status) ? URL.parse(answer.headers.location ?? "", at.href) : null;
            if (!next || !answer.headers.location || next.origin !== origin || redirects === mostRedirects)
                return answer;
            at = next;
        }
    }
    function another() {
        const connection = (0,node/* openTransport */.g)(origin, proxy);
        all.push(connection);
        return connection;
    }
    return {
        fetch: ask,
        close: async () => {
            await Promise.all(all.map((connection) => connection.close()));
        },
    };
}
function isRedirect(status) {
    return [301, 302, 303, 307, 308].includes(status);
}
/** As much of a Response as Octokit reads. */
function responseOf({ status, headers, body }) {
    // Octokit would read other types as bytes, or fail over a type that it cannot parse.
    const type = /^application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? "")
        ? "application/json"
        : "text/plain";
    const response = {
        status,
        url: "",
        headers: new Map(Object.entries({ ...headers, "content-type": type })),
        text: async () => body,
    };
    return response;
}

;// CONCATENATED MODULE: ./src/action/github-runs.ts



const mostMs = 60_000;
const oneQuestionMs = 10_000;
const mostTries = 3;
const oneAnswer = 1024 * 1024;
/**
 * Asks GitHub whether attempts of runs are over. Only an answer about the very attempt that was asked about
 * counts; everything else is `unknown`, so that no failure makes a living run look finished. Where one answer
 * shows that no other will come, nothing more is asked.
 *
 * Source: GitHub's REST API, "Get a workflow run attempt"; its pages on rate limits and on redirects.
 */
async function askGitHub(options) {
    // Not before the proxy was checked: loading it already reads HTTPS_PROXY, and fails with its bytes.
    const { getOctokit } = await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413));
    const { address, clock, random, signal } = options;
    // From the first question on: minting a helper may have to wait before.
    let begun;
    const time = () => {
        begun ??= (0,fastly/* deadlineIn */._5)(Math.min(mostMs, options.deadline.remaining() / 2), clock);
        return begun.remaining();
    };
    const github = openGitHub(address, () => ({
        timeoutMs: Math.min(oneQuestionMs, time()),
        maxBytes: oneAnswer,
        signal,
    }));
    const request = { fetch: github.fetch };
    const octokit = getOctokit(options.token, { baseUrl: address.apiUrl, log: silence, request });
    let hopeless;
    let pausedUntil = 0;
    return {
        close: github.close,
        askRun: async (run) => stateOf(await ask(run), run),
    };
    async function ask(run) {
        const [owner, repo] = run.repository.split("/");
        const parameters = { owner, repo, run_id: run.runId, attempt: run.runAttempt };
        for (let tries = 1;; tries++) {
            await pause(pausedUntil - clock.elapsed());
            if (signal?.aborted)
                return { kind: "no-answer", why: "the sweep was interrupted" };
            if (hopeless !== undefined)
                return { kind: "no-answer", why: hopeless };
            if (time() === 0)
                return { kind: "no-answer", why: "GitHub did not answer in time" };
            const reply = await octokit.request(attemptRoute, parameters).then(answered, refused);
            if (reply.kind !== "again")
                return settle(reply);
            const waitMs = reply.waitMs ?? (0,retry_delay/* retryDelay */.a2)(tries, undefined, random);
            if (waitMs >= time())
                return settle({ ...reply, kind: reply.waitMs === undefined ? "no-answer" : "hopeless" });
            if (tries === mostTries)
                return { kind: "no-answer", why: reply.why };
            // What limits one question limits them all.
            pausedUntil = Math.max(pausedUntil, clock.elapsed() + waitMs);
        }
    }
    async function pause(ms) {
        // An interruption ends the pause; who asks next sees it.
        if (ms > 0)
            await clock.wait(ms, signal).catch(() => { });
    }
    function settle(reply) {
        if (reply.kind !== "hopeless")
            return reply;
        hopeless = reply.why;
        return { kind: "no-answer", why: reply.why };
    }
}
const attemptRoute = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt}";
function answered({ status, data }) {
    if (status === 200)
        return { kind: "answer", data };
    const why = status >= 300
        ? `GitHub redirected the question elsewhere (HTTP ${status})`
        : `GitHub's answer is not about this run (HTTP ${status})`;
    return { kind: "no-answer", why };
}
function refused(error) {
    const { status, response } = error;
    // Without a response @octokit/request gives its own 500.
    if (!response)
        return { kind: "again", why: "GitHub's API could not be reached", waitMs: undefined };
    if (status === 404) {
        const why = "GitHub does not know this attempt, or github-token may not read it (HTTP 404)";
        return { kind: "no-answer", why };
    }
    if (status === 401)
        return { kind: "hopeless", why: "GitHub rejected github-token (HTTP 401)" };
    const waitMs = askedToWait(response.headers) ?? (isSecondaryLimit(status, error) ? minute : undefined);
    if (waitMs !== undefined)
        return { kind: "again", why: `GitHub's rate limit is used up (HTTP ${status})`, waitMs };
    if (status === 429 || (status !== undefined && status >= 500)) {
        return { kind: "again", why: `GitHub's API answered HTTP ${status}`, waitMs: undefined };
    }
    return { kind: "no-answer", why: `GitHub refused the question (HTTP ${status})` };
}
const minute = 60_000;
/** GitHub's secondary limits may come without a header; then it asks to wait for a minute at least. */
function isSecondaryLimit(status, error) {
    return (status === 403 || status === 429) && error instanceof Error && /rate limit/i.test(error.message);
}
/** `retry-after` in seconds, or the reset of a limit that is used up, by the server's own clock. */
function askedToWait(headers) {
    const seconds = Number(headers["retry-after"] ?? Number.NaN);
    if (seconds >= 0)
        return seconds * 1000;
    if (String(headers["x-ratelimit-remaining"]) !== "0")
        return undefined;
    const now = (0,retry_delay/* parseDate */._U)(String(headers.date)) ?? Date.now();
    const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) * 1000;
    return Number.isNaN(reset) ? undefined : Math.max(0, reset - now) + 1000;
}
function stateOf(reply, run) {
    if (reply.kind === "no-answer")
        return { kind: "unknown", why: reply.why };
    const { id, run_attempt: attempt, status } = (reply.data ?? {});
    if (!isNumber(id, run.runId) || !isNumber(attempt, run.runAttempt))
        return { kind: "unknown", why: "GitHub's answer is not about this run" };
    if (status === "completed")
        return { kind: "finished" };
    if (typeof status !== "string" || !/^[a-z_]{1,30}$/.test(status))
        return { kind: "unknown", why: "GitHub's answer names no status of this run" };
    return { kind: "alive", status };
}
/** Octokit reads large numbers as bigint. */
function isNumber(value, asked) {
    return (typeof value === "number" || typeof value === "bigint") && String(value) === asked;
}
const silence = { debug: silent, info: silent, warn: silent, error: silent };
function silent() { }

// EXTERNAL MODULE: ./src/action/helper-ports.ts
var helper_ports = __webpack_require__(1873);
// EXTERNAL MODULE: ./src/action/inputs/environment.ts
var environment = __webpack_require__(3899);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/text/secret-forms.ts
var secret_forms = __webpack_require__(8613);
// EXTERNAL MODULE: ./src/action/job-summary.ts
var job_summary = __webpack_require__(9004);
// EXTERNAL MODULE: ./src/text/duration.ts
var duration = __webpack_require__(9495);
// EXTERNAL MODULE: ./src/action/words.ts
var words = __webpack_require__(9579);
;// CONCATENATED MODULE: ./src/action/sweep-words.ts


function totalsOf(findings) {
    const totals = { swept: 0, wouldSweep: 0, gone: 0, kept: 0, failed: 0 };
    for (const { verdict } of findings)
        totals[columnOf(verdict)]++;
    return totals;
}
function columnOf(verdict) {
    if (verdict.kind === "would-sweep")
        return "wouldSweep";
    if (verdict.kind !== "revocation")
        return "kept";
    switch (verdict.status.kind) {
        case "revoked":
            return "swept";
        case "already-gone":
            return "gone";
        default:
            return "failed";
    }
}
/** Whether a token is among those that this sweep revoked, or would have revoked. */
function isSwept({ verdict }) {
    return ["swept", "wouldSweep"].includes(columnOf(verdict));
}
function isFailed({ verdict }) {
    return columnOf(verdict) === "failed";
}
function sweepProgress(progress) {
    switch (progress.kind) {
        case "listed":
            return `Of ${counted(progress.all, "token")}, ${progress.ours} are this action's, of these repositories, and not expired.`;
        case "asked":
            return `Asked GitHub about ${progress.done} of ${counted(progress.all, "run")}.`;
        case "revoked":
            return `Dealt with ${progress.done} of ${counted(progress.all, "token")} whose run is over.`;
    }
}
const trustAgeUnused = "trust-age has no effect here, because there is a github-token: GitHub's answers decide.";
const byAgeAlone = "No github-token is given and trust-age is true: the age of each token decides alone, whether or not its job is still running.";
function totalsWords({ swept, wouldSweep, gone, kept, failed }, dryRun) {
    const parts = dryRun ? [`would sweep ${wouldSweep}`] : [`swept ${swept}`];
    if (gone > 0)
        parts.push(`found ${gone} already gone`);
    const text = `${[...parts, `kept ${kept}`, `failed on ${failed}`].join(", ")}.`;
    return dryRun ? `Dry run: ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
/** What a sweep that succeeds should not keep to itself: tokens it could not read, and runs it knows nothing of. */
function doubts({ findings, malformed }) {
    const [first] = malformed;
    const unread = `${counted(malformed.length, "token")} in Fastly's list could not be read, and ${malformed.length === 1 ? "was" : "were"} left alone`;
    const reasons = findings.flatMap(({ verdict }) => (verdict.kind === "run-unknown" ? [verdict.why] : []));
    const whys = [...Map.groupBy(reasons, (why) => why)].map(([why, all]) => `${why} (${all.length})`);
    return [
        ...(first ? [`${unread} (${first.message}).`] : []),
        ...(reasons.length > 0
            ? [
                `Kept ${counted(reasons.length, "token")}, since nothing is known of their runs: ${whys.join("; ")}.`,
            ]
            : []),
    ];
}
function counted(count, noun) {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
/** What was done with a token, and why, for a person. */
function verdictWords({ verdict, ageMs }) {
    switch (verdict.kind) {
        case "revocation":
            return revocationWords(verdict.status);
        case "would-sweep":
            return "would be swept: its run is over";
        case "too-young":
            return `kept: only ${age(ageMs)} old`;
        case "run-alive":
            return `kept: its run is ${verdict.status}`;
        case "run-unknown":
            return `kept: ${verdict.why}`;
    }
}
function revocationWords(status) {
    switch (status.kind) {
        case "revoked":
            return "swept: its run is over";
        case "already-gone":
            return "already gone before the sweep came to it";
        case "not-known":
            return "failed: Fastly does not know it";
        case "still-alive":
        case "unknown":
            return `failed: ${(0,words/* problemWords */.$3)(status.problem)}`;
    }
}
const sweep_words_minute = 60_000;
const hour = 60 * sweep_words_minute;
/** To the minute, and to five minutes from an hour on. */
function age(ms) {
    const unit = ms < hour ? sweep_words_minute : hour / 12;
    return ms < sweep_words_minute ? "less than a minute" : (0,duration/* formatDuration */.a)(Math.floor(ms / unit) * unit);
}

;// CONCATENATED MODULE: ./src/action/sweep-summary.ts



/** The runner drops a summary over 1 MiB whole: what does not fit is left out, and told. */
const roomForRows = 900 * 1024;
const roomForHeading = 300;
/** Writes the sweep's job summary: the totals, and a table of tokens by repository. */
async function summarizeSweep(findings, totals, serverUrl) {
    const { html, left } = tables(findings, serverUrl);
    const more = left > 0 ? `<p>${left} more tokens are left out here; the totals count them.</p>` : "";
    await (0,job_summary/* writeSummary */.Sy)(`<h4>Swept Fastly tokens</h4><p>${(0,secret_forms/* escapeHtml */.ZD)(totals)}</p>${html}${more}`);
}
const columns = ["Token", "Run", "Age", "Last used", "What was done, and why"];
const head = `<tr>${columns.map((column) => `<th align="left">${column}</th>`).join("")}</tr>`;
/** What a person may have to act on comes first, and is left out last. */
function rank({ verdict }) {
    const kinds = ["failed", "run-unknown", "swept", "wouldSweep", "gone", "run-alive", "too-young"];
    const column = columnOf(verdict);
    return kinds.indexOf(column === "kept" ? verdict.kind : column);
}
function tables(findings, serverUrl) {
    const shown = [];
    const headed = new Set();
    let room = roomForRows;
    for (const finding of findings.toSorted((a, b) => rank(a) - rank(b))) {
        const { repository } = finding.name;
        const row = rowOf(finding, serverUrl);
        room -= Buffer.byteLength(row) + (headed.has(repository) ? 0 : roomForHeading);
        if (room < 0)
            break;
        headed.add(repository);
        shown.push({ repository, row });
    }
    const groups = [...Map.groupBy(shown, ({ repository }) => repository)];
    const html = groups.map(([repository, rows]) => {
        const body = rows.map(({ row }) => row).join("");
        return `<h5>${(0,secret_forms/* escapeHtml */.ZD)(repository)}</h5><table>${head}${body}</table>`;
    });
    return { html: html.join(""), left: findings.length - shown.length };
}
function rowOf(finding, serverUrl) {
    const { token, name, ageMs } = finding;
    const url = `${serverUrl}/${name.repository}/actions/runs/${name.runId}/attempts/${name.runAttempt}`;
    const attempt = name.runAttempt === "1" ? "" : ` (attempt ${name.runAttempt})`;
    const run = `${(0,secret_forms/* escapeHtml */.ZD)(name.job)} in <a href="${(0,secret_forms/* escapeHtml */.ZD)(url)}">${name.runId}${attempt}</a>`;
    const cells = [
        (0,job_summary/* code */.aY)(token.id),
        run,
        age(ageMs),
        (0,secret_forms/* escapeHtml */.ZD)(token.lastUsedAt ?? "never"),
        (0,secret_forms/* escapeHtml */.ZD)(verdictWords(finding)),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

;// CONCATENATED MODULE: ./src/action/sweep.ts










/** The `sweep` action: revokes what jobs left behind. */
async function sweep() {
    const read = await (0,companion_inputs/* readSweepInputs */.q)();
    if (read.kind === "invalid")
        return (0,log/* fail */.fJ)(words/* inputProblems */.ri(read.problems, "Nothing was swept"));
    await (0,helper_ports/* withHelperPorts */.l)(read.inputs, (ports) => sweepWith(read.inputs, ports));
}
async function sweepWith(inputs, ports) {
    const { order, access, helperName, github } = inputs;
    const asking = await openAsking(github, ports);
    const report = (progress) => (0,log/* info */.pq)(sweepProgress(progress));
    const done = await sweepTokens(order, access, helperName, {
        ...ports,
        askRun: asking?.askRun,
        report,
    }).finally(asking?.close);
    const problem = await conclude(done, inputs);
    if (problem !== undefined)
        (0,log/* fail */.fJ)(problem);
    else if (ports.signal?.aborted)
        (0,log/* fail */.fJ)(words/* interrupted */.VM);
    if (done.leftovers.length > 0)
        (0,log/* warn */.R8)(words/* leftoverHelpers */.V5(done.leftovers, problem !== undefined));
}
function openAsking(github, ports) {
    if (github.kind === "trust-age") {
        (0,log/* info */.pq)(byAgeAlone);
        return undefined;
    }
    if (github.trustAge)
        (0,log/* info */.pq)(trustAgeUnused);
    return askGitHub({ ...github, ...ports });
}
/** @returns what went wrong */
async function conclude(done, inputs) {
    if (done.kind !== "helped")
        return `Nothing was swept. ${words/* noKeyToWorkWith */.rR(done)}`;
    const { result } = done;
    if (result.kind === "not-listed")
        return `Nothing was swept. ${words/* explain */.WE(result.error)}`;
    for (const doubt of doubts(result))
        (0,log/* warn */.R8)(doubt);
    return concludeFindings(result.findings, inputs);
}
async function concludeFindings(findings, { order, summary, serverUrl }) {
    const totals = totalsOf(findings);
    core/* setOutput */.uH("swept", totals.swept);
    core/* setOutput */.uH("kept", totals.kept + totals.wouldSweep);
    core/* setOutput */.uH("failed", totals.failed);
    core/* setOutput */.uH("token-ids", findings
        .filter(isSwept)
        .map(({ token }) => token.id)
        .join(" "));
    const text = totalsWords(totals, order.dryRun);
    if (summary && (0,environment/* hasSummaryFile */.$6)())
        await summarizeSweep(findings, text, serverUrl);
    const failed = findings.find(isFailed);
    if (failed)
        return `${text} Token ${failed.token.id} ${verdictWords(failed)}`;
    (0,log/* info */.pq)(text);
    return undefined;
}

;// CONCATENATED MODULE: ./src/sweep.ts



void (0,run_step/* runStep */.e)(sweep);


/***/ })

};
;