"use strict";
exports.id = 193;
exports.ids = [193];
exports.modules = {

/***/ 4620:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ readRevokeInputs),
/* harmony export */   q: () => (/* binding */ readSweepInputs)
/* harmony export */ });
/* harmony import */ var _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(267);
/* harmony import */ var _token_token_name_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1210);
/* harmony import */ var _inputs_broker_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4973);
/* harmony import */ var _inputs_credentials_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1431);
/* harmony import */ var _inputs_environment_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(3899);
/* harmony import */ var _inputs_grant_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3196);
/* harmony import */ var _inputs_input_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4650);
/* harmony import */ var _inputs_network_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5707);
/* harmony import */ var _inputs_run_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(2971);
/* harmony import */ var _inputs_settings_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(3329);
/* harmony import */ var _inputs_slips_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(1489);
/* harmony import */ var _inputs_values_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(4282);












async function readRevokeInputs() {
    const parts = (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .together */ .bs)({
        common: readCommon("revoke"),
        target: await readTarget(),
    });
    return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .mapInputs */ .k3)(parts, ({ common, target }) => ({ ...common, target }));
}
async function readTarget() {
    const token = (0,_inputs_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .readSecret */ .n5)("token").trim();
    const given = (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .textOf */ .b6)("token-ids");
    if (token !== "" && given !== "") {
        return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .invalid */ .Gq)("token", "and token-ids are both given. Give one of them.");
    }
    if (token !== "") {
        return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .mapInputs */ .k3)((0,_inputs_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .judgeKey */ .FF)("token", token), (judged) => ({ kind: "itself", token: judged }));
    }
    const ids = (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .read */ .LF)("token-ids", parseTokenIds);
    if (ids.kind === "valid" && ids.inputs.length === 0) {
        const problem = "and token-ids are both empty. If it comes from another job: masked outputs do not cross jobs, so pass that job's token-id in token-ids, with a broker or credentials that may revoke it.";
        return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .invalid */ .Gq)("token", problem);
    }
    return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .together */ .bs)({
        kind: (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .valid */ .rZ)("by-id"),
        ids,
        keySource: await readKeySourceForIds(),
    });
}
async function readKeySourceForIds() {
    const keySource = await readKeySource();
    const hasNone = ["username", "password", "api-key"].every((input) => (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .textOf */ .b6)(input) === "");
    if (keySource.kind === "valid" || (0,_inputs_broker_js__WEBPACK_IMPORTED_MODULE_2__/* .hasBroker */ .W3)() || !hasNone)
        return keySource;
    const problem = "is given without credentials. Revoking by ID takes a broker, username and password, or an api-key; a token alone revokes itself, in the input token.";
    return { kind: "invalid", problems: [{ input: "token-ids", problem }, ...keySource.problems] };
}
async function readKeySource() {
    if ((0,_inputs_broker_js__WEBPACK_IMPORTED_MODULE_2__/* .hasBroker */ .W3)())
        return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .mapInputs */ .k3)((0,_inputs_broker_js__WEBPACK_IMPORTED_MODULE_2__/* .readKeyFromBroker */ .vx)(), keyThrough);
    const key = (0,_inputs_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .readSecret */ .n5)("api-key").trim();
    const credentials = (0,_inputs_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .readCredentials */ .L1)();
    if (key === "") {
        return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .mapInputs */ .k3)(await (0,_inputs_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .judgeCredentials */ .so)(credentials), (credentials) => ({ kind: "mint", credentials }));
    }
    return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .mapInputs */ .k3)((0,_inputs_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .judgeKey */ .FF)("api-key", key), (judged) => ({ kind: "key", key: judged }));
}
function keyThrough(route) {
    return {
        kind: "obtain",
        obtain: (name) => async (api) => {
            const { helperThroughBroker } = await __webpack_require__.e(/* import() */ 600).then(__webpack_require__.bind(__webpack_require__, 4600));
            return helperThroughBroker(route, name)(api);
        },
    };
}
const longestId = 24;
function parseTokenIds(text) {
    const items = (0,_inputs_slips_js__WEBPACK_IMPORTED_MODULE_9__/* .splitList */ .ry)(text);
    const long = items.findIndex((item) => item.length > longestId && /^[\w-]+$/.test(item));
    if (long === -1)
        return (0,_inputs_grant_js__WEBPACK_IMPORTED_MODULE_4__/* .idsOf */ .UX)("a token ID")(text);
    return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .bad */ .MB)(`is not a token ID: ${(0,_inputs_slips_js__WEBPACK_IMPORTED_MODULE_9__/* .describeItem */ .f)(items, long)} is too long. An ID has 22 letters and digits; a token itself goes in the input token.`);
}
async function readSweepInputs() {
    const parts = (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .together */ .bs)({
        common: readCommon("sweep"),
        keySource: await readKeySource(),
        repositories: (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .read */ .LF)("repositories", parseRepositories((0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_11__/* .environment */ .cA)("GITHUB_REPOSITORY"))),
        olderThanMs: (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .read */ .LF)("older-than", (0,_inputs_values_js__WEBPACK_IMPORTED_MODULE_10__/* .durationBetween */ .h9)(0, 365 * 24 * _inputs_values_js__WEBPACK_IMPORTED_MODULE_10__/* .hour */ .nW), "1h"),
        customerId: (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .read */ .LF)("customer-id", parseOneId),
        dryRun: (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .read */ .LF)("dry-run", _inputs_values_js__WEBPACK_IMPORTED_MODULE_10__/* .parseBoolean */ .yG, "false"),
        github: readGitHub(),
        serverUrl: readServerUrl(),
    });
    if (parts.kind === "invalid")
        return { kind: "invalid", problems: onlyOnce(parts.problems) };
    const { common, keySource, github, serverUrl, ...order } = parts.inputs;
    return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .valid */ .rZ)({ ...common, keySource, github, serverUrl, order: { ...order, ownRun: common.helperName } });
}
function readGitHub() {
    const token = (0,_inputs_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .readSecret */ .n5)("github-token").trim();
    const trustAge = (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .read */ .LF)("trust-age", _inputs_values_js__WEBPACK_IMPORTED_MODULE_10__/* .parseBoolean */ .yG, "false");
    if (trustAge.kind === "invalid")
        return trustAge;
    if (token === "")
        return trustAge.inputs ? (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .valid */ .rZ)({ kind: "trust-age" }) : (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .invalid */ .Gq)("github-token", noGitHubToken);
    if (!(0,_fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__/* .isKey */ .m0)(token))
        return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .invalid */ .Gq)("github-token", "is not a GitHub token. A token consists of printable characters without spaces.");
    return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .mapInputs */ .k3)((0,_inputs_network_js__WEBPACK_IMPORTED_MODULE_6__/* .readGitHubAddress */ .yj)(), (address) => ({
        kind: "ask",
        token,
        address,
        trustAge: trustAge.inputs,
    }));
}
const noGitHubToken = [
    "is empty, so GitHub cannot be asked which runs are over.",
    "If it comes from a secret, that secret is missing here: check its name, and that the job names the secret's environment with environment:; workflows that a fork or Dependabot starts get no secrets.",
    "Leave the input out to use the workflow's own token, with permissions: actions: read.",
    "Where age alone is to decide, set trust-age: true; tokens of jobs that are still running are revoked as well then.",
].join(" ");
function readServerUrl() {
    const url = URL.parse((0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_11__/* .environment */ .cA)("GITHUB_SERVER_URL"));
    if (url && /^https?:$/.test(url.protocol) && (0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_1__/* .isServer */ .S$)(url.host))
        return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .valid */ .rZ)(`${url.origin}${url.pathname}`.replace(/\/+$/, ""));
    return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .invalid */ .Gq)("GITHUB_SERVER_URL", "is not the URL of a GitHub server, so it is not known whose runs these are. GitHub's runner sets it: check that nothing in the workflow changes it.");
}
function readCommon(use) {
    return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .together */ .bs)({
        helperName: (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .valid */ .rZ)((0,_inputs_run_js__WEBPACK_IMPORTED_MODULE_7__/* .readTokenName */ .n)(use, "")),
        summary: (0,_inputs_settings_js__WEBPACK_IMPORTED_MODULE_8__/* .readSummary */ .L_)(),
        api: (0,_inputs_network_js__WEBPACK_IMPORTED_MODULE_6__/* .readApiAddress */ .$F)(),
        timeoutMs: (0,_inputs_settings_js__WEBPACK_IMPORTED_MODULE_8__/* .readTimeout */ .OW)(),
    });
}
function onlyOnce(problems) {
    return [...new Map(problems.map((problem) => [problem.input, problem])).values()];
}
function parseOneId(text) {
    const parsed = (0,_inputs_grant_js__WEBPACK_IMPORTED_MODULE_4__/* .idsOf */ .UX)("a customer ID")(text);
    if (!parsed.ok)
        return parsed;
    const [id, ...more] = parsed.value;
    return more.length === 0 ? (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .good */ .uw)(id) : (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .bad */ .MB)(`holds ${parsed.value.length} IDs. Give one.`);
}
function parseRepositories(ownRepository) {
    return (text) => {
        const given = (0,_inputs_slips_js__WEBPACK_IMPORTED_MODULE_9__/* .splitList */ .ry)(text);
        const repositories = given.length > 0 ? given : [ownRepository];
        const wrong = repositories.findIndex((repository) => repository !== "*" && !(0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_1__/* .isRepository */ .Z6)(repository));
        if (wrong === -1)
            return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .good */ .uw)(repositories);
        return (0,_inputs_input_js__WEBPACK_IMPORTED_MODULE_5__/* .bad */ .MB)(`${(0,_inputs_slips_js__WEBPACK_IMPORTED_MODULE_9__/* .describeItem */ .f)(repositories, wrong)} is not a repository. Use owner/repo, separated by spaces, or *.`);
    };
}


/***/ }),

/***/ 1873:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ withHelperPorts)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _interruption_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(215);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8592);
/* harmony import */ var _transport_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2883);
/* harmony import */ var _user_agent_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5715);
/* harmony import */ var _words_index_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8311);






async function withHelperPorts({ api: address, timeoutMs }, work) {
    const deadline = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .deadlineIn */ ._5)(timeoutMs, _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .systemClock */ .ml);
    const api = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .connectApi */ .Xm)({
        apiUrl: address.apiUrl,
        openTransport: (0,_transport_js__WEBPACK_IMPORTED_MODULE_2__/* .transportThrough */ .J)(address.proxy),
        userAgent: _user_agent_js__WEBPACK_IMPORTED_MODULE_4__/* .userAgent */ .N,
        deadline,
    });
    try {
        await work({
            api,
            signal: (0,_interruption_js__WEBPACK_IMPORTED_MODULE_5__/* .interruption */ .Y)(),
            hide: _log_js__WEBPACK_IMPORTED_MODULE_1__/* .hide */ .jD,
            report: (progress) => (0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .info */ .pq)(_words_index_js__WEBPACK_IMPORTED_MODULE_3__/* .progress */ .qB(progress)),
        });
    }
    finally {
        await api.close();
    }
}


/***/ }),

/***/ 215:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ interruption)
/* harmony export */ });
function interruption() {
    const controller = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"])
        process.on(signal, () => controller.abort());
    return controller.signal;
}


/***/ }),

/***/ 4773:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ endJobTokens),
/* harmony export */   M: () => (/* binding */ errorOf)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _revoke_self_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4010);
/* harmony import */ var _token_status_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4123);



async function endJobTokens(journal, keepHandedOver, api, recover) {
    const reports = [];
    const unsettled = [];
    for (const attempt of journal.attempts) {
        const { status } = attempt;
        if (status.kind === "unknown")
            unsettled.push({ attempt });
        if (!("accessToken" in status))
            continue;
        if (keepHandedOver && status.kind === "handed-over")
            reports.push((0,_token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .reportOf */ .EI)(attempt, { kind: "kept" }));
        else
            await endWithItself(attempt, status.accessToken);
    }
    if (unsettled.length === 0)
        return reports;
    return [...reports, ...(await recover(unsettled, api))];
    async function endWithItself(attempt, accessToken) {
        const half = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .deadlineIn */ ._5)(api.deadline.remaining() / 2, api.clock);
        const bySelf = await (0,_revoke_self_js__WEBPACK_IMPORTED_MODULE_1__/* .revokeSelf */ .l)(api.with({ deadline: half }), accessToken, attempt.askedAt);
        if (!(0,_token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .isLeft */ .OC)(bySelf) || isBarred(errorOf(bySelf)))
            reports.push((0,_token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .reportOf */ .EI)(attempt, bySelf));
        else
            unsettled.push({ attempt, bySelf });
    }
}
function errorOf(status) {
    if (!status || !("problem" in status))
        return undefined;
    const { problem } = status;
    return problem.kind === "error" ? problem.error : undefined;
}
function isBarred(error) {
    return error?.code === "proxy-refused" || error?.code === "untrusted-certificate";
}


/***/ }),

/***/ 5043:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ askWithFreshKey)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _waited_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(913);


const waitsMs = [1_500, 2_000, 2_500];
async function askWithFreshKey(api, ask) {
    for (const waitMs of waitsMs) {
        try {
            return await ask();
        }
        catch (caught) {
            const error = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV)(caught);
            if (error.code !== "unauthorized" || !(await (0,_waited_js__WEBPACK_IMPORTED_MODULE_1__/* .waited */ .h)(api, waitMs)))
                throw error;
        }
    }
    return ask();
}


/***/ }),

/***/ 533:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ withHelperToken),
/* harmony export */   e: () => (/* binding */ workWithHelper)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _end_job_tokens_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4773);
/* harmony import */ var _journal_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9014);
/* harmony import */ var _mint_token_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(25);
/* harmony import */ var _mismatch_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3285);
/* harmony import */ var _password_guard_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8464);
/* harmony import */ var _revoke_by_id_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1083);
/* harmony import */ var _revoke_self_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4010);
/* harmony import */ var _settle_attempts_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8921);
/* harmony import */ var _token_status_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4123);










const helperGrant = { scopes: ["global"], services: [], lifetimeMs: 120_000 };
async function withHelperToken(name, credentials, ports, work) {
    const { api, signal, guard = (0,_password_guard_js__WEBPACK_IMPORTED_MODULE_7__/* .guardPassword */ .f)(), hide, report } = ports;
    let tries = [];
    const journal = (0,_journal_js__WEBPACK_IMPORTED_MODULE_2__/* .keepJournal */ .dF)((kept) => {
        tries = kept.attempts;
    }, guard);
    const outcome = await (0,_mint_token_js__WEBPACK_IMPORTED_MODULE_3__/* .mintToken */ .W)(name, helperGrant, credentials, {
        api: api.with({ signal }),
        journal,
        hide,
        report,
    });
    if (outcome.kind !== "minted") {
        const leftovers = tries.filter(mayLive).map((attempt) => (0,_token_status_js__WEBPACK_IMPORTED_MODULE_8__/* .reportOf */ .EI)(attempt, {
            kind: "unknown",
            problem: { kind: "no-helper", helper: outcome, selfError: undefined },
        }));
        return { kind: "no-helper", outcome, leftovers };
    }
    const helper = outcome.token;
    const others = tries.filter(({ name }) => name !== outcome.name).filter(mayLive);
    return workWithHelper(helper, ports, work, (briefApi) => (0,_settle_attempts_js__WEBPACK_IMPORTED_MODULE_6__/* .settleAttempts */ .I)(others, helper, briefApi));
}
async function workWithHelper(helper, { api, signal }, work, endOthers) {
    const { clock, deadline } = api;
    const createdAt = clock.now();
    const until = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .deadlineIn */ ._5)(Math.min(deadline.remaining(), (0,_mismatch_js__WEBPACK_IMPORTED_MODULE_9__/* .lifetimeOf */ .XA)(helper)) - timeToEnd(deadline), clock);
    const workApi = api.with({ deadline: until, signal });
    let leftovers = [];
    let result;
    try {
        result = await work(helper, workApi);
        leftovers = await endOthers(workApi.with({ deadline: briefly(workApi) }));
    }
    finally {
        leftovers.push(...(await endHelper(helper, createdAt, api)));
    }
    return { kind: "helped", result, leftovers: leftovers.filter(({ status }) => (0,_token_status_js__WEBPACK_IMPORTED_MODULE_8__/* .isLeft */ .OC)(status)) };
}
function mayLive({ status }) {
    return status.kind === "unknown" || status.kind === "created";
}
function briefly({ clock, deadline }) {
    return (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .deadlineIn */ ._5)(Math.min(5_000, deadline.remaining()), clock);
}
function timeToEnd(deadline) {
    return Math.min(10_000, Math.max(1_000, deadline.remaining() / 5));
}
async function endHelper(helper, askedAt, api) {
    const { name, id, accessToken, expiresAt } = helper;
    const half = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .deadlineIn */ ._5)(api.deadline.remaining() / 2, api.clock);
    const bySelf = await (0,_revoke_self_js__WEBPACK_IMPORTED_MODULE_5__/* .revokeSelf */ .l)(api.with({ deadline: half }), accessToken, askedAt);
    if (!(0,_token_status_js__WEBPACK_IMPORTED_MODULE_8__/* .isLeft */ .OC)(bySelf))
        return [];
    const status = await (0,_revoke_by_id_js__WEBPACK_IMPORTED_MODULE_4__/* .revokeById */ .P)(api, accessToken, id);
    return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_8__/* .isLeft */ .OC)(status) && !isRefused(bySelf, status) ? [{ name, id, expiresAt, status }] : [];
}
function isRefused(bySelf, byId) {
    const code = (0,_end_job_tokens_js__WEBPACK_IMPORTED_MODULE_1__/* .errorOf */ .M)(byId)?.code;
    return (0,_end_job_tokens_js__WEBPACK_IMPORTED_MODULE_1__/* .errorOf */ .M)(bySelf)?.mayHaveHappened === true && (code === "unauthorized" || code === "forbidden");
}


/***/ }),

/***/ 1083:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ revokeById)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _fresh_key_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5043);
/* harmony import */ var _settle_by_looks_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5499);
/* harmony import */ var _token_status_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4123);




async function revokeById(api, key, id, { askedAt, hasFreshKey = false } = {}) {
    const revoke = () => (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .revokeToken */ .w$)(api, key, id);
    const youthMs = askedAt === undefined ? 0 : (0,_token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .youthLeft */ .lC)(api, askedAt);
    const status = await (0,_settle_by_looks_js__WEBPACK_IMPORTED_MODULE_3__/* .settleByLooks */ .v)(api, youthMs, async (look) => {
        const error = await failureOf(hasFreshKey ? (0,_fresh_key_js__WEBPACK_IMPORTED_MODULE_1__/* .askWithFreshKey */ .t)(api, revoke) : revoke());
        if (!error)
            return { kind: "settled", status: { kind: "revoked" } };
        if (error.code === "unauthorized" && look === 1)
            return { kind: "too-early", error };
        return { kind: (await isMissing(api, key, id, error)) ? "missing" : "failed", error };
    });
    return status.kind === "not-known" ? (0,_token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .goneStatus */ .yS)(status.responseLost) : status;
}
async function isMissing(api, key, id, error) {
    if (error.code === "not-found")
        return true;
    if (error.code !== "forbidden" && error.code !== "bad-request")
        return false;
    return (await failureOf((0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .getToken */ .gf)(api, key, id)))?.code === "not-found";
}
async function failureOf(request) {
    return request.then(() => undefined, _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV);
}


/***/ }),

/***/ 564:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ revokeInBulk)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _fresh_key_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5043);
/* harmony import */ var _token_status_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4123);
/* harmony import */ var _waited_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(913);




const largestBatch = 400;
async function revokeInBulk(ids, work) {
    const state = { batchSize: largestBatch, refusals: 0, successes: 0, maybeRevoked: new Set() };
    const looks = new Map();
    for (let done = 0; done < ids.length; work.onProgress?.(done)) {
        const batch = ids.slice(done, done + state.batchSize);
        for (const [id, look] of await revokeBatch(batch, state, work))
            looks.set(id, look);
        done += batch.length;
    }
    const missing = [...looks].flatMap(([id, look]) => (look.kind === "missing" ? [{ id, look }] : []));
    const settled = new Map(missing.length > 0 ? await lookAgain(missing, state, work) : []);
    return [...looks].map(([id, look]) => ({
        id,
        status: look.kind === "missing" ? (settled.get(id) ?? unknown(look.error)) : look,
    }));
}
async function revokeBatch(ids, state, work) {
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0)
        return [[only, await revokeOne(only, state, work)]];
    const { api, key } = work;
    try {
        await (0,_fresh_key_js__WEBPACK_IMPORTED_MODULE_1__/* .askWithFreshKey */ .t)(api, () => (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .bulkRevokeTokens */ .Z)(api, key.key, ids));
        state.successes++;
        return ids.map((id) => [id, { kind: "revoked" }]);
    }
    catch (caught) {
        const error = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV)(caught);
        if (error.mayHaveHappened)
            for (const id of ids)
                state.maybeRevoked.add(id);
        const isHopeless = state.successes === 0 && state.refusals >= (work.giveUpAfter ?? Number.POSITIVE_INFINITY);
        if (!refusesTheBatch.has(error.code) || isHopeless)
            return ids.map((id) => [id, (0,_token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .statusAfter */ .Bh)(error)]);
        if (error.code === "not-found" && work.list)
            return revokeRest(ids, error, state, work);
        return revokeHalves(ids, state, work);
    }
}
const refusesTheBatch = new Set(["bad-request", "forbidden", "not-found"]);
async function revokeHalves(ids, state, work) {
    const half = Math.ceil(ids.length / 2);
    const first = await revokeBatch(ids.slice(0, half), state, work);
    const second = await revokeBatch(ids.slice(half), state, work);
    const halves = [...first, ...second];
    if (halves.every(([, { kind }]) => kind === "revoked"))
        state.batchSize = Math.min(state.batchSize, half);
    return halves;
}
async function revokeRest(ids, error, state, work) {
    const listed = await listOwn(work);
    const existing = isList(listed) ? listed : new Set(ids);
    const missing = ids.filter((id) => !existing.has(id)).map((id) => [id, { kind: "missing", error }]);
    const rest = ids.filter((id) => existing.has(id));
    if (rest.length === 0)
        return missing;
    return [...missing, ...(await (missing.length > 0 ? revokeBatch : revokeHalves)(rest, state, work))];
}
async function revokeOne(id, state, { api, key }) {
    try {
        await (0,_fresh_key_js__WEBPACK_IMPORTED_MODULE_1__/* .askWithFreshKey */ .t)(api, () => (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .revokeToken */ .w$)(api, key.key, id));
        state.successes++;
        return { kind: "revoked" };
    }
    catch (caught) {
        const error = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV)(caught);
        if (error.mayHaveHappened)
            state.maybeRevoked.add(id);
        if (error.code === "not-found")
            return { kind: "missing", error };
        state.refusals++;
        return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .statusAfter */ .Bh)(error);
    }
}
async function lookAgain(missing, state, work) {
    if (!(await (0,_waited_js__WEBPACK_IMPORTED_MODULE_3__/* .waited */ .h)(work.api, _token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .secondLookMs */ .yl)))
        return missing.map(({ id, look }) => [id, unknown(look.error)]);
    const ids = missing.map(({ id }) => id);
    return work.list ? lookInList(ids, state, work) : askAgain(ids, state, work);
}
async function lookInList(ids, state, work) {
    const listed = await listOwn(work);
    if (!isList(listed))
        return ids.map((id) => [id, listed]);
    const rest = ids.filter((id) => listed.has(id));
    const gone = ids.filter((id) => !listed.has(id));
    return [
        ...gone.map((id) => [id, (0,_token_status_js__WEBPACK_IMPORTED_MODULE_2__/* .goneStatus */ .yS)(state.maybeRevoked.has(id))]),
        ...(await revokeEach(rest, state, work)),
    ];
}
async function revokeEach(ids, state, work) {
    const looks = ids.length > 0 ? await revokeBatch(ids, state, work) : [];
    return looks.map(([id, look]) => [id, look.kind === "missing" ? unknown(look.error) : look]);
}
async function askAgain(ids, state, work) {
    const looks = await revokeBatch(ids, state, work);
    if (looks.every(([, { kind }]) => kind !== "missing"))
        return looks;
    const own = await (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .getTokenCurrent */ .J0)(work.api, work.key.key).catch(_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV);
    return looks.map(([id, look]) => {
        if (look.kind !== "missing")
            return [id, look];
        if (own instanceof _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .FastlyError */ .KD)
            return [id, unknown(own)];
        return [id, { kind: "not-known", responseLost: state.maybeRevoked.has(id) }];
    });
}
async function listOwn({ key, list }) {
    const listed = await list?.();
    if (listed instanceof _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .FastlyError */ .KD)
        return unknown(listed);
    if (!listed?.has(key.id))
        return { kind: "unknown", problem: { kind: "list-without-helper" } };
    return listed;
}
function isList(listed) {
    return listed instanceof Set;
}
function unknown(error) {
    return { kind: "unknown", problem: { kind: "error", error } };
}


/***/ }),

/***/ 8921:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ settleAttempts),
/* harmony export */   N: () => (/* binding */ longestCreateMs)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(267);
/* harmony import */ var _fresh_key_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5043);
/* harmony import */ var _revoke_by_id_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1083);
/* harmony import */ var _token_name_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1210);
/* harmony import */ var _token_status_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4123);
/* harmony import */ var _waited_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(913);







const longestCreateMs = 60_000;
async function settleAttempts(attempts, key, api) {
    const reports = [];
    for (const attempt of attempts) {
        if ("accessToken" in attempt.status)
            reports.push(await endCreated(attempt, attempt.status.accessToken, key, api));
    }
    const lost = attempts.filter(({ status }) => !("accessToken" in status));
    return [...reports, ...(await endLost(lost, key, api))];
}
async function endCreated(attempt, accessToken, key, api) {
    const known = (0,_token_status_js__WEBPACK_IMPORTED_MODULE_5__/* .idOf */ .TH)(attempt);
    const id = known ?? (await (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .getTokenCurrent */ .J0)(api, accessToken).then((own) => own.id, _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV));
    if (typeof id === "string")
        return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_5__/* .reportOf */ .EI)(attempt, await revokeAttempt(attempt, key, id, api), id);
    if (id.code === "expired-key")
        return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_5__/* .reportOf */ .EI)(attempt, { kind: "already-gone", how: "expired" });
    return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_5__/* .reportOf */ .EI)(attempt, (0,_token_status_js__WEBPACK_IMPORTED_MODULE_5__/* .statusAfter */ .Bh)(id));
}
function revokeAttempt({ askedAt }, { accessToken }, id, api) {
    return (0,_revoke_by_id_js__WEBPACK_IMPORTED_MODULE_3__/* .revokeById */ .P)(api, accessToken, id, { askedAt, hasFreshKey: true });
}
const looksMs = [1_500, 2_500, 4_000, 6_000, 8_000];
async function endLost(lost, key, api) {
    const reports = [];
    let open = lost;
    let otherwise;
    for (let look = 0; open.length > 0; look++) {
        const result = await lookOnce(open, key, api);
        reports.push(...result.reports);
        open = result.open;
        const status = otherwise && result.isUnsent ? otherwise : result.otherwise;
        otherwise = status;
        const wait = waitBeforeNextLook(open, look, api);
        if (open.length === 0 || (!result.isFinal && (await (0,_waited_js__WEBPACK_IMPORTED_MODULE_6__/* .waited */ .h)(api, wait))))
            continue;
        return [...reports, ...open.map((attempt) => (0,_token_status_js__WEBPACK_IMPORTED_MODULE_5__/* .reportOf */ .EI)(attempt, status))];
    }
    return reports;
}
function waitBeforeNextLook(open, look, { clock, deadline }) {
    const usual = looksMs[look] ?? longestLookMs;
    const old = Math.max(...open.map(({ askedAt }) => askedAt + longestCreateMs)) - clock.now() + 50;
    const last = deadline.remaining() - lastLookMs;
    const wait = old > 0 && old < usual ? old : usual;
    return last > 0 && last < wait ? last : wait;
}
const longestLookMs = 10_000;
const lastLookMs = 1_000;
async function lookOnce(lost, key, api) {
    const askedAt = api.clock.now();
    const listed = await listNames(api, key.accessToken);
    if (listed instanceof _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .FastlyError */ .KD) {
        const otherwise = { kind: "unknown", problem: { kind: "error", error: listed } };
        const isUnsent = listed.code === "timed-out" && !listed.mayHaveHappened;
        return { reports: [], open: lost, otherwise, isFinal: listed.code !== "unauthorized", isUnsent };
    }
    const isOwnList = listed.some(({ id }) => id === key.id);
    const reports = [];
    const open = [];
    for (const attempt of lost) {
        const found = listed.filter(({ name }) => (0,_token_name_js__WEBPACK_IMPORTED_MODULE_4__/* .isNameOf */ .b_)(name, attempt.name));
        for (const { id } of found)
            reports.push((0,_token_status_js__WEBPACK_IMPORTED_MODULE_5__/* .reportOf */ .EI)(attempt, await revokeAttempt(attempt, key, id, api), id));
        if (found.length > 0)
            continue;
        const mayBeThere = listed.some(({ name }) => (0,_token_name_js__WEBPACK_IMPORTED_MODULE_4__/* .mayBeCutNameOf */ .pF)(name, attempt.name));
        if (isOwnList && !mayBeThere && askedAt - attempt.askedAt >= longestCreateMs)
            reports.push((0,_token_status_js__WEBPACK_IMPORTED_MODULE_5__/* .reportOf */ .EI)(attempt, { kind: "never-created" }));
        else
            open.push(attempt);
    }
    const problem = isOwnList
        ? { kind: "may-still-appear" }
        : { kind: "list-without-helper" };
    return { reports, open, otherwise: { kind: "unknown", problem }, isFinal: false, isUnsent: false };
}
async function listNames(api, key) {
    const malformed = [];
    try {
        const tokens = await (0,_fresh_key_js__WEBPACK_IMPORTED_MODULE_2__/* .askWithFreshKey */ .t)(api, () => {
            malformed.length = 0;
            return (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .listTokensUser */ .I7)(api, key, (_error, item) => malformed.push(...(0,_fastly_shapes_js__WEBPACK_IMPORTED_MODULE_1__/* .readIdAndName */ .so)(item)));
        });
        return [...tokens, ...malformed];
    }
    catch (error) {
        return (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV)(error);
    }
}


/***/ }),

/***/ 8983:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ withKey)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _helper_token_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(533);


async function withKey(keySource, helperName, ports, work) {
    if (keySource.kind === "key")
        return withGivenKey(keySource.key, ports, work);
    const workWith = ({ accessToken, id, createdAt }, api) => work({ key: accessToken, id, clockOffsetMs: Date.parse(createdAt) - api.clock.now() }, api);
    return keySource.kind === "mint"
        ? (0,_helper_token_js__WEBPACK_IMPORTED_MODULE_1__/* .withHelperToken */ ._)(helperName, keySource.credentials, ports, workWith)
        : withObtainedKey(keySource.obtain(helperName), ports, workWith);
}
async function withObtainedKey(obtain, ports, work) {
    const { api, signal } = ports;
    const { key, endLost } = await obtain(api.with({ signal }));
    if (key.kind === "none")
        return { kind: "no-key", text: key.text, leftovers: await endLost(api) };
    return (0,_helper_token_js__WEBPACK_IMPORTED_MODULE_1__/* .workWithHelper */ .e)(key.token, ports, work, endLost);
}
async function withGivenKey(key, { api, signal }, work) {
    const workApi = api.with({ signal });
    const own = await (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .getTokenCurrent */ .J0)(workApi, key).catch(_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV);
    if (own instanceof _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .FastlyError */ .KD)
        return { kind: "bad-key", error: own, leftovers: [] };
    return {
        kind: "helped",
        result: await work({ key, id: own.id, clockOffsetMs: api.serverOffset() ?? 0 }, workApi),
        leftovers: [],
    };
}


/***/ })

};
;