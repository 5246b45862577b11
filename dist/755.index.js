"use strict";
exports.id = 755;
exports.ids = [755];
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

/***/ 2755:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {


// EXTERNAL MODULE: ./src/action/parse-unoptimized.ts
var parse_unoptimized = __webpack_require__(2260);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 4 modules
var core = __webpack_require__(2486);
// EXTERNAL MODULE: ./src/token/revoke-self.ts
var revoke_self = __webpack_require__(4010);
// EXTERNAL MODULE: ./src/token/revoke-in-bulk.ts
var revoke_in_bulk = __webpack_require__(564);
// EXTERNAL MODULE: ./src/token/with-key.ts
var with_key = __webpack_require__(8983);
;// CONCATENATED MODULE: ./src/token/revoke-tokens.ts



function revokeTokens(ids, keySource, helperName, ports) {
    return (0,with_key/* withKey */.i)(keySource, helperName, ports, async (key, api) => {
        const others = ids.filter((id) => id !== key.id);
        const revocations = await (0,revoke_in_bulk/* revokeInBulk */.Q)(others, { api, key });
        if (others.length === ids.length)
            return revocations;
        return [...revocations, { id: key.id, status: await (0,revoke_self/* revokeSelf */.l)(api, key.key) }];
    });
}

// EXTERNAL MODULE: ./src/action/companion-inputs.ts
var companion_inputs = __webpack_require__(4620);
// EXTERNAL MODULE: ./src/action/exported-variables.ts
var exported_variables = __webpack_require__(2123);
// EXTERNAL MODULE: ./src/action/helper-ports.ts
var helper_ports = __webpack_require__(1873);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/print.ts
var print = __webpack_require__(2321);
// EXTERNAL MODULE: ./src/action/summary/job-summary.ts
var job_summary = __webpack_require__(6539);
// EXTERNAL MODULE: ./src/action/words/index.ts + 1 modules
var words = __webpack_require__(8311);
// EXTERNAL MODULE: ./src/action/words/revocations.ts
var revocations = __webpack_require__(5729);
;// CONCATENATED MODULE: ./src/action/revoke-now.ts











async function revokeNow() {
    const read = await (0,companion_inputs/* readRevokeInputs */.a)();
    if (read.kind === "invalid")
        return (0,log/* fail */.fJ)(words/* inputProblems */.ri(read.problems, "Nothing was revoked"));
    const { target, summary } = read.inputs;
    await (0,helper_ports/* withHelperPorts */.l)(read.inputs, (ports) => target.kind === "itself"
        ? revokeGiven(target.token, summary, ports)
        : revokeByIds(target, read.inputs, ports));
}
async function revokeGiven(token, summary, { api }) {
    const status = await (0,revoke_self/* revokeUnseen */.B)(api, token);
    (0,print/* print */.y)([(0,revocations/* ownRevocation */.p7)(status, token)], log/* fail */.fJ);
    if (status.kind === "revoked" || status.kind === "already-gone")
        (0,exported_variables/* emptyWhereHeld */.ok)(token);
    conclude([{ name: "(the one given)", status }], summary);
}
async function revokeByIds({ ids, keySource }, { helperName, summary }, ports) {
    (0,print/* print */.y)((0,revocations/* doubtfulIds */.Cp)(ids), log/* fail */.fJ);
    const done = await revokeTokens(ids, keySource, helperName, ports);
    if (done.kind === "helped") {
        const messages = (0,revocations/* revocations */.yR)(done.result, ids);
        (0,print/* print */.y)(messages, log/* fail */.fJ);
        const named = done.result.map(({ id, status }) => ({ name: (0,revocations/* nameOfId */.gu)(ids, ids.indexOf(id)), status }));
        conclude(named, summary);
        reportLeftovers(done.leftovers, messages.some(({ level }) => level === "problem"));
    }
    else {
        (0,log/* fail */.fJ)(`Nothing was revoked. ${words/* noKeyToWorkWith */.rR(done)}`);
        reportLeftovers(done.leftovers, true);
    }
}
function reportLeftovers(leftovers, isExplained) {
    if (leftovers.length > 0)
        (0,log/* warn */.R8)(words/* leftoverHelpers */.V5(leftovers, isExplained));
}
function conclude(revoked, summary) {
    core/* setOutput */.uH("revoked", revoked.filter(({ status }) => status.kind === "revoked").length);
    if (summary)
        (0,job_summary/* summarizeRevocations */.bo)(revoked);
}

// EXTERNAL MODULE: ./src/action/run-step.ts + 1 modules
var run_step = __webpack_require__(4426);
;// CONCATENATED MODULE: ./src/revoke.ts



void (0,run_step/* runStep */.e)(revokeNow);


/***/ })

};
;