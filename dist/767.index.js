"use strict";
exports.id = 767;
exports.ids = [767];
exports.modules = {

/***/ 2123:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F5: () => (/* binding */ giveBack),
/* harmony export */   Vx: () => (/* binding */ couldBeSecret),
/* harmony export */   kY: () => (/* binding */ remember),
/* harmony export */   ok: () => (/* binding */ emptyWhereHeld)
/* harmony export */ });
/* harmony import */ var _inputs_environment_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3899);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8592);
/* harmony import */ var _runner_files_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5700);



function remember(variables) {
    return variables.map((variable) => {
        const previous = (0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environmentVariable */ .mT)(variable) ?? null;
        if (previous !== null && couldBeSecret(previous))
            (0,_log_js__WEBPACK_IMPORTED_MODULE_0__/* .hide */ .jD)(previous);
        return { variable, previous };
    });
}
function couldBeSecret(value) {
    return !/^[A-Za-z ._-]{0,15}$/.test(value);
}
function giveBack(exported, token) {
    for (const { variable, previous } of exported)
        if ((0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environmentVariable */ .mT)(variable) === token)
            (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_1__/* .exportVariable */ .dN)(variable, previous ?? "");
}
function emptyWhereHeld(token) {
    if ((0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environment */ .cA)("GITHUB_ENV") === "")
        return;
    for (const variable of (0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .variablesHolding */ .xW)(token))
        if (/^[A-Za-z_]\w*$/.test(variable) && !/^(?:INPUT|STATE|GITHUB|RUNNER|ACTIONS)_/i.test(variable))
            (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_1__/* .exportVariable */ .dN)(variable, "");
}


/***/ }),

/***/ 5404:
/***/ (() => {


for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => { });


/***/ }),

/***/ 2260:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {

/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8877);
/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_v8__WEBPACK_IMPORTED_MODULE_0__);

node_v8__WEBPACK_IMPORTED_MODULE_0___default().setFlagsFromString("--wasm-tiering-budget=1000000000");


/***/ }),

/***/ 2321:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ print)
/* harmony export */ });
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8592);

function print(messages, complain) {
    const by = { info: _log_js__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq, warning: _log_js__WEBPACK_IMPORTED_MODULE_0__/* .warn */ .R8, problem: complain };
    for (const { level, text } of messages)
        by[level](text);
}


/***/ }),

/***/ 3175:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ keepState),
/* harmony export */   u: () => (/* binding */ readState)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2486);
/* harmony import */ var _text_json_object_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(9257);
/* harmony import */ var _token_journal_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9014);
/* harmony import */ var _exported_variables_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2123);
/* harmony import */ var _inputs_environment_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(3899);
/* harmony import */ var _inputs_network_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5707);
/* harmony import */ var _inputs_settings_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3329);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8592);
/* harmony import */ var _runner_files_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(5700);










const key = "journal";
function keepState(settings, address, credentials, broker) {
    const api = address ? { apiUrl: address.apiUrl, proxy: address.proxy ?? null } : null;
    const contract = { step: thisStep(), settings, api, broker };
    const salt = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(20).toString("hex");
    const prints = printsOf(credentials, salt, contract);
    for (const print of Object.values(prints))
        (0,_log_js__WEBPACK_IMPORTED_MODULE_6__/* .hide */ .jD)(print);
    let state = { ...contract, salt, ...prints, exported: [], journal: _token_journal_js__WEBPACK_IMPORTED_MODULE_2__/* .emptyJournal */ .xw };
    save({});
    function save(changes) {
        state = { ...state, ...changes };
        (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_7__/* .saveState */ .LZ)(key, state);
    }
    return {
        saveJournal: (changed) => save({ journal: changed }),
        saveExported: (exported) => save({ exported }),
        saveGranted: (granted) => save({ granted }),
    };
}
function thisStep() {
    return {
        runId: (0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_8__/* .environment */ .cA)("GITHUB_RUN_ID"),
        runAttempt: (0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_8__/* .environment */ .cA)("GITHUB_RUN_ATTEMPT"),
        job: (0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_8__/* .environment */ .cA)("GITHUB_JOB"),
        action: (0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_8__/* .environment */ .cA)("GITHUB_ACTION").replace(/^.*\./, ""),
    };
}
function printsOf({ username, password, totpSecret }, salt, contract) {
    const { step, settings, api, broker } = contract;
    const secret = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)("sha256", salt)
        .update(JSON.stringify([username, password, totpSecret]))
        .digest();
    const print = (of) => (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)("sha256", secret).update(JSON.stringify(of)).digest("hex");
    return { fingerprint: print([step, settings, api, broker]), credentialsPrint: print("credentials") };
}
function readState() {
    const text = _actions_core__WEBPACK_IMPORTED_MODULE_1__/* .getState */ .Gu(key);
    if (text === "")
        return { kind: "none" };
    const state = parseState(text);
    if (!state)
        return { kind: "unusable", why: "unreadable" };
    if (JSON.stringify(state.step) !== JSON.stringify(thisStep()))
        return { kind: "unusable", why: "another-step" };
    if (state.journal.attempts.length === 0)
        return { kind: "nothing-asked" };
    const api = usableAddress(state);
    if (!api)
        return { kind: "unusable", why: "unreadable" };
    hideAll(state);
    const { settings, broker, exported, journal, granted } = state;
    const judge = (credentials) => {
        const prints = printsOf(credentials, state.salt, state);
        if (isSame(prints.fingerprint, state.fingerprint))
            return "mains";
        return isSame(prints.credentialsPrint, state.credentialsPrint) ? "changed-state" : "others";
    };
    return { kind: "saved", state: { settings, api, broker, exported, journal, granted, judge } };
}
function isSame(one, other) {
    return one.length === other.length && (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.timingSafeEqual)(Buffer.from(one), Buffer.from(other));
}
function usableAddress({ api }) {
    if (!api)
        return undefined;
    const parsed = (0,_inputs_network_js__WEBPACK_IMPORTED_MODULE_4__/* .parseApiUrl */ .nV)(api.apiUrl);
    if (!parsed.ok || parsed.value !== api.apiUrl)
        return undefined;
    return { apiUrl: api.apiUrl, proxy: api.proxy ?? undefined };
}
function hideAll({ journal, exported, api, broker, fingerprint, credentialsPrint }) {
    for (const print of [fingerprint, credentialsPrint])
        (0,_log_js__WEBPACK_IMPORTED_MODULE_6__/* .hide */ .jD)(print);
    for (const { status } of journal.attempts)
        if ("accessToken" in status)
            (0,_log_js__WEBPACK_IMPORTED_MODULE_6__/* .hide */ .jD)(status.accessToken);
    for (const { previous } of exported)
        if (previous !== null && (0,_exported_variables_js__WEBPACK_IMPORTED_MODULE_3__/* .couldBeSecret */ .Vx)(previous))
            (0,_log_js__WEBPACK_IMPORTED_MODULE_6__/* .hide */ .jD)(previous);
    for (const named of [api?.proxy, broker?.proxy, broker?.jwtProxy]) {
        const proxy = named ? (0,_inputs_network_js__WEBPACK_IMPORTED_MODULE_4__/* .parseProxy */ .YR)(named) : undefined;
        if (proxy)
            (0,_inputs_network_js__WEBPACK_IMPORTED_MODULE_4__/* .hideProxy */ .Bv)(proxy);
    }
}
function parseState(text) {
    try {
        const value = JSON.parse(text);
        return isState(value) ? value : undefined;
    }
    catch {
        return undefined;
    }
}
function isState(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_9__/* .isObject */ .G)(value) || !isStep(value.step) || !(0,_inputs_settings_js__WEBPACK_IMPORTED_MODULE_5__/* .isSettings */ .wZ)(value.settings))
        return false;
    if (!isText(value.salt) || !isText(value.fingerprint))
        return false;
    if (!isText(value.credentialsPrint))
        return false;
    if (!Array.isArray(value.exported) || !value.exported.every(isExported))
        return false;
    if (value.broker !== null && !isBroker(value.broker))
        return false;
    if (value.granted !== undefined && !isGranted(value.granted))
        return false;
    return (value.api === null || isApi(value.api)) && (0,_token_journal_js__WEBPACK_IMPORTED_MODULE_2__/* .parseJournal */ .z8)(value.journal) !== undefined;
}
function isStep(value) {
    return ((0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_9__/* .isObject */ .G)(value) &&
        ["runId", "runAttempt", "job", "action"].every((name) => typeof value[name] === "string"));
}
function isApi(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_9__/* .isObject */ .G)(value) || typeof value.apiUrl !== "string")
        return false;
    return value.proxy === null || (typeof value.proxy === "string" && (0,_inputs_network_js__WEBPACK_IMPORTED_MODULE_4__/* .parseProxy */ .YR)(value.proxy) !== undefined);
}
function isBroker(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_9__/* .isObject */ .G)(value) || typeof value.url !== "string" || !(0,_inputs_network_js__WEBPACK_IMPORTED_MODULE_4__/* .parseApiUrl */ .nV)(value.url).ok)
        return false;
    if (typeof value.rule !== "string" || typeof value.audience !== "string")
        return false;
    return [value.proxy, value.jwtProxy].every((proxy) => proxy === null || (typeof proxy === "string" && (0,_inputs_network_js__WEBPACK_IMPORTED_MODULE_4__/* .parseProxy */ .YR)(proxy) !== undefined));
}
function isExported(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_9__/* .isObject */ .G)(value) || typeof value.variable !== "string" || !/^[A-Za-z_]\w*$/.test(value.variable))
        return false;
    return value.previous === null || typeof value.previous === "string";
}
function isGranted(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_9__/* .isObject */ .G)(value) || typeof value.id !== "string" || typeof value.scope !== "string")
        return false;
    return typeof value.at === "number" && Array.isArray(value.services) && value.services.every(isText);
}
function isText(value) {
    return typeof value === "string";
}


/***/ }),

/***/ 9767:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {


// EXTERNAL MODULE: ./src/action/parse-unoptimized.ts
var parse_unoptimized = __webpack_require__(2260);
// EXTERNAL MODULE: ./src/action/outlive-signals.ts
var outlive_signals = __webpack_require__(5404);
// EXTERNAL MODULE: ./src/fastly/index.ts + 7 modules
var fastly = __webpack_require__(5096);
// EXTERNAL MODULE: ./src/token/end-job-tokens.ts
var end_job_tokens = __webpack_require__(4773);
// EXTERNAL MODULE: ./src/token/password-guard.ts
var password_guard = __webpack_require__(8464);
// EXTERNAL MODULE: ./src/token/helper-token.ts
var helper_token = __webpack_require__(533);
// EXTERNAL MODULE: ./src/token/revoke-self.ts
var revoke_self = __webpack_require__(4010);
// EXTERNAL MODULE: ./src/token/settle-attempts.ts
var settle_attempts = __webpack_require__(8921);
// EXTERNAL MODULE: ./src/token/token-status.ts
var token_status = __webpack_require__(4123);
;// CONCATENATED MODULE: ./src/token/recover-tokens.ts






function recoverWithHelper(helperName, askCredentials, ports) {
    return async (unsettled, api) => {
        const reports = [];
        for (const report of await throughHelper(unsettled, helperName, askCredentials, { ...ports, api })) {
            const one = unsettled.find(({ attempt }) => attempt.name === report.name);
            reports.push(one && (0,token_status/* isLeft */.OC)(report.status) ? await persist(report, one, api) : report);
        }
        return reports;
    };
}
async function throughHelper(unsettled, helperName, askCredentials, ports) {
    const asked = await askCredentials();
    if (asked.kind !== "credentials")
        return unsettled.map((one) => withoutHelper(one, asked));
    const attempts = unsettled.map(({ attempt }) => attempt);
    const { api } = ports;
    const deadline = unsettled.some(mayEndWithItself)
        ? (0,fastly/* deadlineIn */._5)(api.deadline.remaining() / 2, api.clock)
        : api.deadline;
    const helped = await (0,helper_token/* withHelperToken */._)(helperName, asked.credentials, { ...ports, api: api.with({ deadline }) }, (helper, workApi) => (0,settle_attempts/* settleAttempts */.I)(attempts, helper, workApi));
    if (helped.kind === "helped")
        return [...helped.result, ...helped.leftovers];
    return [...unsettled.map((one) => withoutHelper(one, helped.outcome)), ...helped.leftovers];
}
function withoutHelper({ attempt, bySelf }, helper) {
    const kind = bySelf?.kind === "still-alive" ? "still-alive" : "unknown";
    return (0,token_status/* reportOf */.EI)(attempt, { kind, problem: { kind: "no-helper", helper, selfError: (0,end_job_tokens/* errorOf */.M)(bySelf) } });
}
function mayEndWithItself({ attempt, bySelf }) {
    return "accessToken" in attempt.status && (0,end_job_tokens/* errorOf */.M)(bySelf)?.code !== "forbidden";
}
async function persist(report, one, api) {
    const { attempt, bySelf } = one;
    if (!("accessToken" in attempt.status) || !bySelf || !mayEndWithItself(one))
        return report;
    const status = await (0,revoke_self/* revokeSelf */.l)(api, attempt.status.accessToken, attempt.askedAt);
    if (!(0,token_status/* isLeft */.OC)(status))
        return { ...report, status };
    const isWithoutHelper = "problem" in report.status && report.status.problem.kind === "no-helper";
    return isWithoutHelper ? report : { ...report, status: bySelf };
}

// EXTERNAL MODULE: ./src/action/exported-variables.ts
var exported_variables = __webpack_require__(2123);
// EXTERNAL MODULE: ./src/action/inputs/credentials.ts + 1 modules
var credentials = __webpack_require__(1431);
// EXTERNAL MODULE: ./src/action/inputs/run.ts
var run = __webpack_require__(2971);
// EXTERNAL MODULE: ./src/action/inputs/settings.ts
var settings = __webpack_require__(3329);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/print.ts
var print = __webpack_require__(2321);
// EXTERNAL MODULE: ./src/action/state.ts
var state = __webpack_require__(3175);
// EXTERNAL MODULE: ./src/action/summary/job-summary.ts
var job_summary = __webpack_require__(6539);
// EXTERNAL MODULE: ./src/action/transport.ts
var transport = __webpack_require__(2883);
// EXTERNAL MODULE: ./src/action/user-agent.ts + 1 modules
var user_agent = __webpack_require__(5715);
// EXTERNAL MODULE: ./src/action/words/index.ts + 1 modules
var words = __webpack_require__(8311);
;// CONCATENATED MODULE: ./src/action/end.ts















async function end() {
    const read = (0,state/* readState */.u)();
    switch (read.kind) {
        case "none":
        case "nothing-asked":
            return (0,log/* info */.pq)(words/* nothingToRevoke */.Dd);
        case "unusable":
            return complainer((0,settings/* settingsOrDefaults */.De)().failOnRevokeError)(words/* unusableState */.RL[read.why]);
        case "saved":
            for (const signal of ["SIGINT", "SIGTERM"])
                process.on(signal, () => (0,log/* info */.pq)("Still revoking."));
            return endAll(read.state);
    }
}
function complainer(failsTheJob) {
    return failsTheJob ? log/* fail */.fJ : log/* warn */.R8;
}
async function endAll(state) {
    const { settings, journal } = state;
    const deadline = (0,fastly/* deadlineIn */._5)(settings.timeoutMs, fastly/* systemClock */.ml);
    const { apiUrl, proxy } = state.api;
    const api = (0,fastly/* connectApi */.Xm)({ apiUrl, openTransport: (0,transport/* transportThrough */.J)(proxy), userAgent: user_agent/* userAgent */.N, deadline });
    try {
        const recover = state.broker
            ? recoverBy(state.broker, api, settings.revoke ? [] : journal.attempts.filter(isHandedOver))
            : recoverWithHelper((0,run/* readTokenName */.n)("recovery", ""), () => credentialsOf(state), {
                guard: (0,password_guard/* guardPassword */.f)(journal.password),
                hide: log/* hide */.jD,
                report: (progress) => (0,log/* info */.pq)(words/* progress */.qB(progress)),
            });
        const tokens = await (0,end_job_tokens/* endJobTokens */.F)(journal, !settings.revoke, api, recover);
        report(tokens, complainer(settings.failOnRevokeError));
        if (settings.revoke)
            giveBackVariables(state);
        if (settings.summary && tokens.length > 0)
            (0,job_summary/* summarizeEnded */.uf)(tokens, state.granted);
    }
    finally {
        await api.close();
    }
}
function recoverBy(broker, api, kept) {
    return async (unsettled) => {
        const { withBroker } = await __webpack_require__.e(/* import() */ 152).then(__webpack_require__.bind(__webpack_require__, 8152));
        const { recoverThroughBroker } = await __webpack_require__.e(/* import() */ 250).then(__webpack_require__.bind(__webpack_require__, 3250));
        return withBroker(broker, api, (ports) => recoverThroughBroker(broker, ports, kept)(unsettled, api));
    };
}
function isHandedOver({ status }) {
    return status.kind === "handed-over";
}
function report(tokens, complain) {
    if (tokens.length === 0)
        (0,log/* info */.pq)(words/* nothingLeft */.Zt);
    (0,print/* print */.y)(words/* ended */.v6(tokens), complain);
}
async function credentialsOf({ judge }) {
    const given = (0,credentials/* readCredentials */.L1)();
    if (given.username === "" || given.password === "")
        return { kind: "no-credentials" };
    const verdict = judge(given);
    if (verdict !== "mains")
        return { kind: verdict === "others" ? "other-credentials" : "changed-state" };
    const judged = await (0,credentials/* judgeCredentials */.so)(given);
    return judged.kind === "valid"
        ? { kind: "credentials", credentials: judged.inputs }
        : { kind: "no-credentials" };
}
function giveBackVariables({ journal, exported }) {
    for (const { status } of journal.attempts)
        if ("accessToken" in status)
            (0,exported_variables/* giveBack */.F5)(exported, status.accessToken);
}

// EXTERNAL MODULE: ./src/action/run-step.ts + 1 modules
var run_step = __webpack_require__(4426);
;// CONCATENATED MODULE: ./src/post.ts




void (0,run_step/* runStep */.e)(end);


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


/***/ })

};
;