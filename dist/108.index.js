"use strict";
exports.id = 108;
exports.ids = [108];
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

/***/ 2260:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {

/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8877);
/* harmony import */ var node_v8__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_v8__WEBPACK_IMPORTED_MODULE_0__);

node_v8__WEBPACK_IMPORTED_MODULE_0___default().setFlagsFromString("--wasm-tiering-budget=1000000000");


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

/***/ 1108:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {


// EXTERNAL MODULE: ./src/action/parse-unoptimized.ts
var parse_unoptimized = __webpack_require__(2260);
// EXTERNAL MODULE: ./src/fastly/index.ts + 7 modules
var fastly = __webpack_require__(5096);
// EXTERNAL MODULE: ./src/token/journal.ts
var token_journal = __webpack_require__(9014);
// EXTERNAL MODULE: ./src/token/mint-token.ts + 2 modules
var mint_token = __webpack_require__(25);
// EXTERNAL MODULE: ./src/token/mismatch.ts
var mismatch = __webpack_require__(3285);
// EXTERNAL MODULE: ./src/token/token-name.ts
var token_name = __webpack_require__(1210);
// EXTERNAL MODULE: ./src/action/exported-variables.ts
var exported_variables = __webpack_require__(2123);
// EXTERNAL MODULE: ./src/action/inputs/broker.ts
var inputs_broker = __webpack_require__(4973);
// EXTERNAL MODULE: ./src/action/inputs/credentials.ts + 1 modules
var inputs_credentials = __webpack_require__(1431);
// EXTERNAL MODULE: ./src/action/inputs/environment.ts
var environment = __webpack_require__(3899);
// EXTERNAL MODULE: ./src/action/inputs/input.ts
var input = __webpack_require__(4650);
// EXTERNAL MODULE: ./src/action/inputs/main-inputs.ts + 1 modules
var main_inputs = __webpack_require__(2496);
// EXTERNAL MODULE: ./src/action/inputs/network.ts + 1 modules
var network = __webpack_require__(5707);
// EXTERNAL MODULE: ./src/action/inputs/settings.ts
var settings = __webpack_require__(3329);
// EXTERNAL MODULE: ./src/action/interruption.ts
var interruption = __webpack_require__(215);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/runner-files.ts
var runner_files = __webpack_require__(5700);
// EXTERNAL MODULE: ./src/action/state.ts
var action_state = __webpack_require__(3175);
// EXTERNAL MODULE: ./src/action/summary/job-summary.ts
var job_summary = __webpack_require__(6539);
// EXTERNAL MODULE: ./src/action/transport.ts
var transport = __webpack_require__(2883);
// EXTERNAL MODULE: ./src/action/user-agent.ts + 1 modules
var user_agent = __webpack_require__(5715);
// EXTERNAL MODULE: ./src/action/words/index.ts + 1 modules
var words = __webpack_require__(8311);
;// CONCATENATED MODULE: ./src/action/create.ts





















async function create() {
    const credentials = (0,inputs_credentials/* readCredentials */.L1)();
    const api = (0,input/* valueOr */.dd)((0,network/* readApiAddress */.$F)(), undefined);
    const broker = (0,inputs_broker/* hasBroker */.W3)() ? (0,input/* valueOr */.dd)((0,inputs_broker/* readBrokerRoute */.VQ)(), null) : null;
    const state = (0,environment/* environment */.cA)("GITHUB_STATE") === ""
        ? undefined
        : (0,action_state/* keepState */.J)((0,settings/* settingsOrDefaults */.De)(), api, credentials, broker);
    const read = await (0,main_inputs/* readMainInputs */.p8)(credentials);
    for (const input of (0,main_inputs/* formerInputs */.VA)())
        (0,log/* warn */.R8)(words/* formerInput */.iu(input));
    if (read.kind === "invalid")
        return refuse(words/* inputProblems */.ri(read.problems), (0,settings/* settingsOrDefaults */.De)().summary);
    if (state)
        await createWith(read.inputs, state);
}
async function createWith(inputs, state) {
    const signal = (0,interruption/* interruption */.Y)();
    const deadline = (0,fastly/* deadlineIn */._5)(inputs.settings.timeoutMs, fastly/* systemClock */.ml);
    const api = (0,fastly/* connectApi */.Xm)({
        apiUrl: inputs.api.apiUrl,
        openTransport: (0,transport/* transportThrough */.J)(inputs.api.proxy),
        userAgent: user_agent/* userAgent */.N,
        deadline,
        signal,
    });
    try {
        const journal = (0,token_journal/* keepJournal */.dF)(state.saveJournal);
        const outcome = await mint(inputs, api, journal);
        if (outcome.kind === "refused")
            return refuse(outcome.text, inputs.settings.summary);
        const { name, token } = outcome;
        handOver(token, inputs, state, outcome.requestId);
        journal.record(name, { kind: "handed-over", accessToken: token.accessToken, id: token.id });
        if (!(0,token_name/* isNameOf */.b_)(token.name, name))
            (0,log/* warn */.R8)(words/* renamed */.fN(name, token));
        (0,log/* info */.pq)(words/* created */.zu(token));
        if (token.services.length === 0)
            (0,log/* warn */.R8)(words/* everyService */.nu);
        if (outcome.isShort)
            (0,log/* warn */.R8)(words/* shortLived */.Ln((0,mismatch/* lifetimeOf */.XA)(token)));
    }
    finally {
        await api.close();
    }
}
function refuse(text, summary) {
    (0,log/* fail */.fJ)(text);
    if (summary)
        (0,job_summary/* summarizeRefused */.WH)(text);
}
async function mint({ source, tokenName }, api, journal) {
    if (source.kind === "broker") {
        const { createThroughBroker } = await __webpack_require__.e(/* import() */ 152).then(__webpack_require__.bind(__webpack_require__, 8152));
        return createThroughBroker(source, tokenName, api, journal);
    }
    const { grant, credentials } = source;
    const outcome = await (0,mint_token/* mintToken */.W)(tokenName, grant, credentials, {
        api,
        journal,
        sendsForRecovery: 1,
        hide: log/* hide */.jD,
        report: (progress) => (0,log/* info */.pq)(words/* progress */.qB(progress)),
    });
    if (outcome.kind !== "minted")
        return { kind: "refused", text: words/* notMinted */.jU(outcome, credentials) };
    return { ...outcome, isShort: !(0,mismatch/* hasLifetimeAsked */.q4)(outcome.token, grant) };
}
function handOver(token, inputs, state, requestId) {
    const outputs = {
        token: token.accessToken,
        "token-id": token.id,
        name: token.name,
        scope: token.scope,
        services: token.services.join(" "),
        "expires-at": (0,fastly/* isoTime */.Ly)(Date.parse(token.expiresAt ?? "")),
        "user-id": token.userId ?? "",
        "customer-id": token.customerId ?? "",
        audit: auditOf(token, inputs.api.apiUrl, requestId),
    };
    for (const [name, value] of Object.entries(outputs))
        (0,runner_files/* setOutput */.uH)(name, value);
    const { id, scope, services } = token;
    state.saveGranted({ id, scope, services, at: fastly/* systemClock */.ml.now() });
    if (inputs.exportEnv.length > 0)
        state.saveExported((0,exported_variables/* remember */.kY)(inputs.exportEnv));
    for (const name of inputs.exportEnv)
        (0,runner_files/* exportVariable */.dN)(name, token.accessToken);
}
function auditOf(token, apiUrl, requestId) {
    return JSON.stringify({
        token_id: token.id,
        token_name: token.name,
        scope: token.scope,
        services: token.services,
        created_at: token.createdAt,
        expires_at: token.expiresAt,
        user_id: token.userId,
        customer_id: token.customerId,
        api_url: apiUrl,
        request_id: requestId,
    });
}

// EXTERNAL MODULE: ./src/action/run-step.ts + 1 modules
var run_step = __webpack_require__(4426);
;// CONCATENATED MODULE: ./src/main.ts



void (0,run_step/* runStep */.e)(create);


/***/ })

};
;