"use strict";
exports.id = 994;
exports.ids = [994];
exports.modules = {

/***/ 2994:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {


// EXTERNAL MODULE: external "node:v8"
var external_node_v8_ = __webpack_require__(8877);
var external_node_v8_default = /*#__PURE__*/__webpack_require__.n(external_node_v8_);
;// CONCATENATED MODULE: ./src/action/keep-memory-small.ts

external_node_v8_default().setFlagsFromString("--semi-space-growth-factor=1");
external_node_v8_default().setFlagsFromString("--optimize-for-size");

// EXTERNAL MODULE: ./src/action/run-step.ts + 1 modules
var run_step = __webpack_require__(4426);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 4 modules
var core = __webpack_require__(2486);
// EXTERNAL MODULE: ./src/fastly/index.ts + 7 modules
var fastly = __webpack_require__(5096);
// EXTERNAL MODULE: ./src/fastly/shapes.ts
var shapes = __webpack_require__(267);
;// CONCATENATED MODULE: ./src/token/in-parallel.ts
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







function sweepTokens(sweep, keySource, helperName, ports) {
    return (0,with_key/* withKey */.i)(keySource, helperName, ports, async (key, api) => {
        const malformed = [];
        const listed = await list(sweep, key, api, (error) => malformed.push(error));
        if (listed instanceof fastly/* FastlyError */.KD)
            return { kind: "not-listed", error: listed };
        const ours = findOurs(listed, sweep, key, api);
        sweep.onProgress({ kind: "listed", ours: ours.length, all: listed.length + malformed.length });
        const verdicts = await decide(ours, sweep);
        const over = ours.filter(({ token }) => verdicts.get(token.id)?.kind === "would-sweep");
        if (!sweep.dryRun) {
            for (const { id, status } of await revokeAll(over, sweep, key, api))
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
async function list({ customerId }, { key }, api, onMalformed = () => { }) {
    const ask = () => customerId === undefined
        ? (0,fastly/* listTokensUser */.I7)(api, key, onMalformed)
        : (0,fastly/* listTokensCustomer */.ZT)(api, key, customerId, onMalformed);
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
function isWanted({ server, repository }, { ownRun, repositories }) {
    if (server !== ownRun.server)
        return false;
    return repositories.some((wanted) => wanted === "*" || wanted.toLowerCase() === repository.toLowerCase());
}
function isExpired({ expiresAt }, now) {
    return expiresAt !== null && Date.parse(expiresAt) <= now;
}
async function decide(ours, { ownRun, olderThanMs, askRun, onProgress }) {
    const old = ours.filter(({ ageMs }) => ageMs >= olderThanMs);
    const others = old.filter(({ name }) => runKey(name) !== runKey(ownRun)).map(({ name }) => name);
    const states = askRun && (await askRuns(others, askRun, (done, all) => onProgress({ kind: "asked", done, all })));
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
const mostRefusals = 10;
async function revokeAll(candidates, sweep, key, api) {
    const ids = candidates.map(({ token }) => token.id);
    return (0,revoke_in_bulk/* revokeInBulk */.Q)(ids, {
        api,
        key,
        giveUpAfter: mostRefusals,
        onProgress: (done) => sweep.onProgress({ kind: "revoked", done, all: ids.length }),
        list: () => listIds(sweep, key, api),
    });
}
async function listIds(order, key, api) {
    const ids = new Set();
    let withoutId;
    const listed = await list(order, key, api, (error, item) => {
        const [known] = (0,shapes/* readIdAndName */.so)(item);
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
// EXTERNAL MODULE: ./src/http/node.ts + 3 modules
var node = __webpack_require__(3149);
;// CONCATENATED MODULE: ./src/action/github-connections.ts

const mostRedirects = 3;
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
            const response = await connection.exchange({ method: "GET", path, headers }, limits());
            if (response.failure)
                throw response.failure;
            const next = isRedirect(response.status) ? URL.parse(response.headers.location ?? "", at.href) : null;
            if (!next || !response.headers.location || next.origin !== origin || redirects === mostRedirects)
                return response;
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
function responseOf({ status, headers, body }) {
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
async function askGitHub(options) {
    const { getOctokit } = await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413));
    const { address, bounds } = options;
    const { clock, random, signal } = bounds;
    let begun;
    const time = () => {
        begun ??= (0,fastly/* deadlineIn */._5)(Math.min(mostMs, bounds.deadline.remaining() / 2), clock);
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
                return { kind: "no-response", why: "the sweep was interrupted" };
            if (hopeless !== undefined)
                return { kind: "no-response", why: hopeless };
            if (time() === 0)
                return { kind: "no-response", why: "GitHub did not respond in time" };
            const reply = await octokit.request(attemptRoute, parameters).then(answered, refused);
            if (reply.kind !== "again")
                return settle(reply);
            const waitMs = reply.waitMs ?? (0,retry_delay/* retryDelay */.a2)(tries, undefined, random);
            if (waitMs >= time())
                return settle({ ...reply, kind: reply.waitMs === undefined ? "no-response" : "hopeless" });
            if (tries === mostTries)
                return { kind: "no-response", why: reply.why };
            pausedUntil = Math.max(pausedUntil, clock.elapsed() + waitMs);
        }
    }
    async function pause(ms) {
        if (ms > 0)
            await clock.wait(ms, signal).catch(() => { });
    }
    function settle(reply) {
        if (reply.kind !== "hopeless")
            return reply;
        hopeless = reply.why;
        return { kind: "no-response", why: reply.why };
    }
}
const attemptRoute = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt}";
function answered({ status, data }) {
    if (status === 200)
        return { kind: "response", data };
    const why = status >= 300
        ? `GitHub redirected the question elsewhere (HTTP ${status})`
        : `GitHub's response is not about this run (HTTP ${status})`;
    return { kind: "no-response", why };
}
function refused(error) {
    const { status, response } = error;
    if (!response)
        return { kind: "again", why: "GitHub's API could not be reached", waitMs: undefined };
    if (status === 404) {
        const why = "GitHub does not know this attempt, or github-token may not read it (HTTP 404)";
        return { kind: "no-response", why };
    }
    if (status === 401)
        return { kind: "hopeless", why: "GitHub rejected github-token (HTTP 401)" };
    const waitMs = askedToWait(response.headers) ?? (isSecondaryLimit(status, error) ? minute : undefined);
    if (waitMs !== undefined)
        return { kind: "again", why: `GitHub's rate limit is used up (HTTP ${status})`, waitMs };
    if (status === 429 || (status !== undefined && status >= 500)) {
        return { kind: "again", why: `GitHub's API answered HTTP ${status}`, waitMs: undefined };
    }
    return { kind: "no-response", why: `GitHub refused the question (HTTP ${status})` };
}
const minute = 60_000;
function isSecondaryLimit(status, error) {
    return (status === 403 || status === 429) && error instanceof Error && /rate limit/i.test(error.message);
}
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
    if (reply.kind === "no-response")
        return { kind: "unknown", why: reply.why };
    const { id, run_attempt: attempt, status } = (reply.data ?? {});
    if (!isNumber(id, run.runId) || !isNumber(attempt, run.runAttempt))
        return { kind: "unknown", why: "GitHub's response is not about this run" };
    if (status === "completed")
        return { kind: "finished" };
    if (typeof status !== "string" || !/^[a-z_]{1,30}$/.test(status))
        return { kind: "unknown", why: "GitHub's response names no status of this run" };
    return { kind: "alive", status };
}
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
// EXTERNAL MODULE: ./src/text/duration.ts
var duration = __webpack_require__(9495);
// EXTERNAL MODULE: ./src/action/words/statuses.ts
var statuses = __webpack_require__(8804);
;// CONCATENATED MODULE: ./src/action/words/sweep.ts


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
const trustAgeUnused = "trust-age has no effect here, because there is a github-token: GitHub's responses decide.";
const byAgeAlone = "No github-token is given and trust-age is true: the age of each token decides alone, whether or not its job is still running.";
function totalsWords({ swept, wouldSweep, gone, kept, failed }, dryRun) {
    const parts = dryRun ? [`would sweep ${wouldSweep}`] : [`swept ${swept}`];
    if (gone > 0)
        parts.push(`found ${gone} already gone`);
    const text = `${[...parts, `kept ${kept}`, `failed on ${failed}`].join(", ")}.`;
    return dryRun ? `Dry run: ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
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
function verdictWords({ verdict, ageMs }) {
    switch (verdict.kind) {
        case "revocation":
            return revocationWords(verdict.status);
        case "would-sweep":
            return "would be swept: its run is over";
        case "too-young":
            return `kept: only ${age(ageMs)} old`;
        case "run-alive":
            return `kept: its run is ${runStatusWords[verdict.status] ?? verdict.status}`;
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
            return `failed: ${(0,statuses/* problemWords */.$3)(status.problem)}`;
    }
}
const runStatusWords = {
    queued: "queued",
    in_progress: "in progress",
    waiting: "waiting for approval",
    pending: "waiting for its turn",
    requested: "about to start",
    action_required: "waiting for approval",
};
function age(ms) {
    return ms < 60_000 ? "less than a minute" : (0,duration/* roughDuration */.Um)(ms);
}

// EXTERNAL MODULE: ./src/action/summary/job-summary.ts
var job_summary = __webpack_require__(6539);
;// CONCATENATED MODULE: ./src/action/summary/sweep-summary.ts



const roomForRows = 900 * 1024;
const roomForHeading = 300;
function summarizeSweep(findings, totals, dryRun, serverUrl) {
    const { html, left } = tables(findings, serverUrl);
    const more = left > 0 ? `<p>${left} more tokens are left out here; the totals count them.</p>` : "";
    (0,job_summary/* writeSummary */.Sy)(`<h4>${headline(totals, dryRun)}</h4>${html}${more}`);
}
function headline({ swept, wouldSweep, gone, kept, failed }, dryRun) {
    const outcome = dryRun ? `🔍 Dry run: would revoke ${wouldSweep}` : `🧹 Revoked ${swept}`;
    const parts = [
        ...(failed > 0 ? [`❌ Failed on ${failed}`] : []),
        outcome,
        ...(gone > 0 ? [`${gone} already gone`] : []),
        `kept ${kept}`,
    ];
    return parts.join(" · ");
}
const columns = ["Token", "Run", "Age", "Last&nbsp;used", "What was done, and why"];
const head = `<tr>${columns.map((column) => `<th align="left">${column}</th>`).join("")}</tr>`;
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
        age(ageMs).replaceAll(" ", "&nbsp;"),
        token.lastUsedAt === null ? "never" : (0,job_summary/* moment */.n$)(token.lastUsedAt),
        `${iconOf(finding)} ${(0,secret_forms/* escapeHtml */.ZD)(verdictWords(finding))}`,
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}
function iconOf({ verdict }) {
    const icons = { failed: "❌", swept: "✅", wouldSweep: "🔍", gone: "✅", kept: "⏳" };
    return verdict.kind === "run-unknown" ? "❔" : icons[columnOf(verdict)];
}

// EXTERNAL MODULE: ./src/action/words/index.ts + 1 modules
var words = __webpack_require__(8311);
;// CONCATENATED MODULE: ./src/action/sweep.ts










async function sweep() {
    const read = await (0,companion_inputs/* readSweepInputs */.q)();
    if (read.kind === "invalid")
        return (0,log/* fail */.fJ)(words/* inputProblems */.ri(read.problems, "Nothing was swept"));
    await (0,helper_ports/* withHelperPorts */.l)(read.inputs, (ports) => sweepWith(read.inputs, ports));
}
async function sweepWith(inputs, ports) {
    const { order, keySource, helperName, github } = inputs;
    const asking = await openAsking(github, ports);
    const onProgress = (progress) => (0,log/* info */.pq)(sweepProgress(progress));
    const sweep = { ...order, askRun: asking?.askRun, onProgress };
    const done = await sweepTokens(sweep, keySource, helperName, ports).finally(asking?.close);
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
    return askGitHub({ ...github, bounds: ports.api.with({ signal: ports.signal }) });
}
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
        summarizeSweep(findings, totals, order.dryRun, serverUrl);
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