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
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 5 modules
var core = __webpack_require__(8524);
// EXTERNAL MODULE: ./src/fastly/index.ts + 11 modules
var fastly = __webpack_require__(6732);
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
const toldEvery = 500;
/**
 * Asks once for each run, several side by side. A run that is not found is finished only where the runs of
 * its repository can be seen.
 *
 * @returns states by `runKey`
 */
async function askRuns(runs, questions, onProgress) {
    const distinct = new Map(runs.map((run) => [runKey(run), run]));
    const states = new Map();
    const seen = new Set();
    const notFound = [];
    let done = 0;
    await inParallel([...distinct.values()], askedAtOnce, async (run) => {
        const state = isNamed(run) ? await questions.askRun(run) : unnamed;
        if (state.kind === "not-found")
            notFound.push(run);
        else
            states.set(runKey(run), state);
        if (state.kind === "finished" || state.kind === "alive")
            seen.add(run.repository.toLowerCase());
        if (++done % toldEvery === 0 || done === distinct.size)
            onProgress(done, distinct.size);
    });
    const byRepository = Map.groupBy(notFound, (run) => run.repository.toLowerCase());
    await inParallel([...byRepository], askedAtOnce, async ([repository, lost]) => {
        const state = await stateOfNotFound(repository, seen, questions);
        for (const run of lost)
            states.set(runKey(run), state);
    });
    return states;
}
const unnamed = { kind: "unknown", why: "its name does not say which run made it" };
function isNamed({ repository, runId }) {
    return repository !== token_name/* unknownRun */.ih.repository && runId !== token_name/* unknownRun */.ih.runId;
}
async function stateOfNotFound(repository, seen, { canSee }) {
    if (seen.has(repository) || (await canSee(repository)))
        return { kind: "finished" };
    return { kind: "unknown", why: "GitHub does not show this repository to github-token" };
}
function runKey({ repository, runId, runAttempt }) {
    return `${repository.toLowerCase()}/${runId}/${runAttempt}`;
}

// EXTERNAL MODULE: ./src/token/revoke-in-bulk.ts
var revoke_in_bulk = __webpack_require__(564);
// EXTERNAL MODULE: ./src/token/with-key.ts
var with_key = __webpack_require__(8983);
;// CONCATENATED MODULE: ./src/token/sweep-tokens.ts





/**
 * Revokes what jobs left behind: tokens whose names parse in full as this action's own, made on this GitHub
 * server for the repositories asked for, old enough, and whose run is over. Everything else stays.
 */
function sweepTokens(order, access, helperName, ports) {
    return (0,with_key/* withKey */.i)(access, helperName, ports, async (key, work) => {
        const odd = [];
        const listed = await list(order, key, work, (error) => odd.push(error));
        if (listed instanceof fastly/* FastlyError */.KD)
            return { kind: "not-listed", error: listed };
        const ours = findOurs(listed, order, key, ports);
        ports.tell({ kind: "listed", ours: ours.length, all: listed.length + odd.length });
        const fates = await decide(ours, order, ports);
        const over = ours.filter(({ token }) => fates.get(token.id)?.kind === "would-sweep");
        if (!order.dryRun)
            for (const [id, fate] of await revokeAll(over, order, key, work, ports))
                fates.set(id, fate);
        return {
            kind: "swept",
            odd,
            findings: ours.map((candidate) => ({
                ...candidate,
                fate: fates.get(candidate.token.id) ?? { kind: "too-young" },
            })),
        };
    });
}
async function list(order, { key }, { api }, onOdd = () => { }) {
    try {
        if (order.customerId === undefined)
            return await (0,fastly/* listTokensUser */.I7)(api, key, onOdd);
        return await (0,fastly/* listTokensCustomer */.ZT)(api, key, order.customerId, onOdd);
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
async function decide(ours, { ownRun, olderThanMs }, { runs, tell }) {
    const old = ours.filter(({ ageMs }) => ageMs >= olderThanMs);
    const others = old.filter(({ name }) => runKey(name) !== runKey(ownRun)).map(({ name }) => name);
    const states = runs && (await askRuns(others, runs, (done, all) => tell({ kind: "asked", done, all })));
    return new Map(old.map(({ token, name }) => [token.id, fateOf(name)]));
    function fateOf(name) {
        if (runKey(name) === runKey(ownRun))
            return { kind: "run-alive", status: "this very one" };
        return states ? fateByState(states.get(runKey(name))) : { kind: "would-sweep" };
    }
}
function fateByState(state) {
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
async function revokeAll(candidates, order, key, work, { tell }) {
    const ids = candidates.map(({ token }) => token.id);
    const revocations = await (0,revoke_in_bulk/* revokeInBulk */.Q)(ids, {
        api: work.api,
        key: key.key,
        giveUpAfter: mostRefusals,
        onProgress: (done) => tell({ kind: "revoked", done, all: ids.length }),
        list: async () => {
            const listed = await list(order, key, work);
            return new Set(listed instanceof fastly/* FastlyError */.KD ? ids : listed.map(({ id }) => id));
        },
    });
    return revocations.map(({ id, result }) => [id, result.kind === "revoked" ? { kind: "swept" } : result]);
}

// EXTERNAL MODULE: ./src/action/companion-inputs.ts
var companion_inputs = __webpack_require__(4620);
// EXTERNAL MODULE: ./src/http/retry-delay.ts
var retry_delay = __webpack_require__(5744);
// EXTERNAL MODULE: ./src/http/node.ts + 2 modules
var node = __webpack_require__(1898);
;// CONCATENATED MODULE: ./src/action/github-connections.ts

/**
 * Opens what asks GitHub in the same way as Fastly is asked: the same proxies, certificates and limits, and no
 * redirects. As many connections are kept as there are questions at once. (Through Node's own `fetch` ten
 * thousand questions take twice the memory.)
 *
 * @param limits asked for each question anew
 */
function openGitHub({ apiUrl, proxy }, limits) {
    const { origin } = new URL(apiUrl);
    const all = [];
    const free = [];
    async function ask(url, init = {}) {
        const { pathname, search } = new URL(String(url));
        const connection = free.pop() ?? another();
        try {
            const headers = { ...init.headers };
            const answer = await connection.exchange({ method: "GET", path: pathname + search, headers }, limits());
            if (answer.failure)
                throw answer.failure;
            return responseOf(answer.status, answer.headers, answer.body);
        }
        finally {
            free.push(connection);
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
/** As much of a Response as Octokit reads. */
function responseOf(status, headers, body) {
    const told = {
        status,
        url: "",
        headers: new Map(Object.entries(headers)),
        text: async () => body,
    };
    return told;
}

;// CONCATENATED MODULE: ./src/action/github-runs.ts



const mostMs = 60_000;
const oneQuestionMs = 10_000;
const mostTries = 3;
const oneAnswer = 1024 * 1024;
/**
 * Asks GitHub whether attempts of runs are over. Whatever leaves a doubt is `unknown`, so that trouble of
 * GitHub's never makes a living run look finished; and where one answer shows that no other will come, nothing
 * more is asked.
 *
 * Source: GitHub's REST API, "Get a workflow run attempt", "List workflow runs for a repository"; its pages on rate limits.
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
        askRun: async (run) => stateOf(await ask("GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt}", run), run),
        canSee: async (repository) => (await ask("GET /repos/{owner}/{repo}/actions/runs?per_page=1", { repository })).kind === "answer",
    };
    async function ask(route, about) {
        const [owner, repo] = about.repository.split("/");
        const parameters = { owner, repo, run_id: about.runId, attempt: about.runAttempt };
        for (let tries = 1;; tries++) {
            await pause(pausedUntil - clock.elapsed());
            if (signal?.aborted)
                return { kind: "no-answer", why: "the sweep was interrupted" };
            if (hopeless !== undefined)
                return { kind: "no-answer", why: hopeless };
            if (time() === 0)
                return { kind: "no-answer", why: "GitHub did not answer in time" };
            const reply = await octokit.request(route, parameters).then(answered, refused);
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
function answered({ data }) {
    return { kind: "answer", data };
}
function refused(error) {
    const { status, response } = error;
    // Without a response @octokit/request gives its own 500.
    if (!response)
        return { kind: "again", why: "GitHub's API could not be reached", waitMs: undefined };
    if (status === 404)
        return { kind: "not-found" };
    if (status === 401)
        return { kind: "hopeless", why: "GitHub does not know github-token (HTTP 401)" };
    const waitMs = askedToWait(response.headers) ?? (isSecondaryLimit(status, error) ? minute : undefined);
    if (waitMs !== undefined)
        return { kind: "again", why: `GitHub's limit of requests is used up (HTTP ${status})`, waitMs };
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
    if (reply.kind === "not-found")
        return reply;
    if (reply.kind === "no-answer")
        return { kind: "unknown", why: reply.why };
    const { id, run_attempt: attempt, status, } = (reply.data ?? {});
    const isOther = (value, asked) => value !== undefined && String(value) !== asked;
    if (typeof status !== "string" || isOther(id, run.runId) || isOther(attempt, run.runAttempt)) {
        return { kind: "unknown", why: "GitHub's answer is not about this run" };
    }
    return status === "completed" ? { kind: "finished" } : { kind: "alive", status };
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
// EXTERNAL MODULE: ./src/action/summary.ts
var summary = __webpack_require__(8770);
// EXTERNAL MODULE: ./src/text/duration.ts
var duration = __webpack_require__(9495);
// EXTERNAL MODULE: ./src/action/words.ts
var words = __webpack_require__(9579);
;// CONCATENATED MODULE: ./src/action/sweep-words.ts


function totalsOf(findings) {
    const totals = { swept: 0, wouldSweep: 0, gone: 0, kept: 0, failed: 0 };
    for (const { fate } of findings)
        totals[columnOf(fate.kind)]++;
    return totals;
}
function columnOf(kind) {
    switch (kind) {
        case "swept":
        case "failed":
            return kind;
        case "would-sweep":
            return "wouldSweep";
        case "already-gone":
            return "gone";
        default:
            return "kept";
    }
}
function sweepProgress(told) {
    switch (told.kind) {
        case "listed":
            return `Of ${told.all} tokens, ${told.ours} are this action's, of the repositories asked for, and not expired.`;
        case "asked":
            return `Asked GitHub about ${told.done} of ${told.all} runs.`;
        case "revoked":
            return `Dealt with ${told.done} of ${told.all} tokens whose run is over.`;
    }
}
function totalsWords({ swept, wouldSweep, gone, kept, failed }, dryRun) {
    const parts = dryRun ? [`would sweep ${wouldSweep}`] : [`swept ${swept}`];
    if (gone > 0)
        parts.push(`found ${gone} gone already`);
    const text = `${[...parts, `kept ${kept}`, `failed on ${failed}`].join(", ")}.`;
    return dryRun ? `Dry run: ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
/** What a sweep that succeeds should not keep to itself: tokens it could not read, and runs it knows nothing of. */
function doubts({ findings, odd }) {
    const unknown = findings.map(({ fate }) => fate).filter((fate) => fate.kind === "run-unknown");
    const [firstOdd] = odd;
    const [firstUnknown] = unknown;
    return [
        ...(firstOdd
            ? [
                `${odd.length} tokens in Fastly's list could not be read, and were left alone (${firstOdd.message}).`,
            ]
            : []),
        ...(firstUnknown
            ? [`Kept ${unknown.length} tokens, since nothing is known of their runs: ${firstUnknown.why}.`]
            : []),
    ];
}
/** What was done with a token, and why, for a person. */
function fateWords({ fate, ageMs }) {
    switch (fate.kind) {
        case "swept":
            return "swept: its run is over";
        case "would-sweep":
            return "would be swept: its run is over";
        case "already-gone":
            return "gone before the sweep came to it";
        case "too-young":
            return `kept: only ${age(ageMs)} old`;
        case "run-alive":
            return `kept: its run is ${fate.status}`;
        case "run-unknown":
            return `kept: ${fate.why}`;
        case "failed":
            return `failed: ${(0,words/* explain */.WE)(fate.error)}`;
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
    await (0,summary/* writeSummary */.Sy)(`<h4>Swept Fastly tokens</h4><p>${(0,secret_forms/* escapeHtml */.ZD)(totals)}</p>${html}${more}`);
}
const columns = ["Token", "Run", "Age", "Last used", "What was done, and why"];
const head = `<tr>${columns.map((column) => `<th align="left">${column}</th>`).join("")}</tr>`;
/** What a person may have to act on comes first, and is left out last. */
const order = [
    "failed",
    "run-unknown",
    "swept",
    "would-sweep",
    "already-gone",
    "run-alive",
    "too-young",
];
function tables(findings, serverUrl) {
    const told = [];
    const headed = new Set();
    let room = roomForRows;
    for (const finding of findings.toSorted((a, b) => order.indexOf(a.fate.kind) - order.indexOf(b.fate.kind))) {
        const { repository } = finding.name;
        const row = rowOf(finding, serverUrl);
        room -= Buffer.byteLength(row) + (headed.has(repository) ? 0 : roomForHeading);
        if (room < 0)
            break;
        headed.add(repository);
        told.push({ repository, row });
    }
    const groups = [...Map.groupBy(told, ({ repository }) => repository)];
    const html = groups.map(([repository, rows]) => {
        const body = rows.map(({ row }) => row).join("");
        return `<h5>${(0,secret_forms/* escapeHtml */.ZD)(repository)}</h5><table>${head}${body}</table>`;
    });
    return { html: html.join(""), left: findings.length - told.length };
}
function rowOf(finding, serverUrl) {
    const { token, name, ageMs } = finding;
    const url = `${serverUrl}/${name.repository}/actions/runs/${name.runId}/attempts/${name.runAttempt}`;
    const attempt = name.runAttempt === "1" ? "" : ` (attempt ${name.runAttempt})`;
    const run = `${(0,secret_forms/* escapeHtml */.ZD)(name.job)} in <a href="${(0,secret_forms/* escapeHtml */.ZD)(url)}">${name.runId}${attempt}</a>`;
    const cells = [
        (0,summary/* code */.aY)(token.id),
        run,
        age(ageMs),
        (0,secret_forms/* escapeHtml */.ZD)(token.lastUsedAt ?? "never"),
        (0,secret_forms/* escapeHtml */.ZD)(fateWords(finding)),
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
    const runs = github.token === "" ? undefined : await askGitHub({ ...github, ...ports });
    const tellProgress = (progress) => (0,log/* info */.pq)(sweepProgress(progress));
    const done = await sweepTokens(order, access, helperName, { ...ports, runs, tell: tellProgress }).finally(runs?.close);
    if (done.kind !== "helped")
        (0,log/* fail */.fJ)(`Nothing was swept. ${words/* noKeyToWorkWith */.rR(done)}`);
    else if (done.result.kind === "not-listed")
        (0,log/* fail */.fJ)(`Nothing was swept. ${words/* explain */.WE(done.result.error)}`);
    else {
        for (const doubt of doubts(done.result))
            (0,log/* warn */.R8)(doubt);
        await tell(done.result.findings, inputs);
    }
    if (ports.signal?.aborted)
        (0,log/* fail */.fJ)(words/* interrupted */.VM);
    for (const stray of done.strays)
        (0,log/* warn */.R8)(words/* ended */.v6(stray).text);
}
async function tell(findings, { order, summary, serverUrl }) {
    const totals = totalsOf(findings);
    const sweptKind = order.dryRun ? "would-sweep" : "swept";
    const ids = findings.filter(({ fate }) => fate.kind === sweptKind).map(({ token }) => token.id);
    core/* setOutput */.uH("swept", totals.swept);
    core/* setOutput */.uH("kept", totals.kept + totals.wouldSweep);
    core/* setOutput */.uH("failed", totals.failed);
    core/* setOutput */.uH("token-ids", ids);
    const text = totalsWords(totals, order.dryRun);
    const failed = findings.find(({ fate }) => fate.kind === "failed");
    if (failed)
        (0,log/* fail */.fJ)(`${text} Token ${failed.token.id} ${fateWords(failed)}`);
    else
        (0,log/* info */.pq)(text);
    if (summary && (0,environment/* hasSummaryFile */.$6)())
        await summarizeSweep(findings, text, serverUrl);
}

;// CONCATENATED MODULE: ./src/sweep.ts



void (0,run_step/* runStep */.e)(sweep);


/***/ })

};
;