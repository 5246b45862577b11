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



/** What the variables hold now. Masked, unless it is a plain word: most likely it is a token as well. */
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
/**
 * Gives back what the variables held before, where they still hold this token. The runner cannot remove a variable:
 * one that did not exist becomes empty.
 */
function giveBack(exported, token) {
    for (const { variable, previous } of exported)
        if ((0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environmentVariable */ .mT)(variable) === token)
            (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_1__/* .exportVariable */ .dN)(variable, previous ?? "");
}
/**
 * Empties every variable that holds a token which has ended: for those who do not know what it held before. The
 * runner's own variables, such as the input that brought the token, are left alone.
 */
function emptyWhereHeld(token) {
    // Without the file @actions/core would print a command that the runner refuses.
    if ((0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environment */ .cA)("GITHUB_ENV") === "")
        return;
    for (const variable of (0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .variablesHolding */ .xW)(token))
        if (/^[A-Za-z_]\w*$/.test(variable) && !/^(?:INPUT|STATE|GITHUB|RUNNER|ACTIONS)_/i.test(variable))
            (0,_runner_files_js__WEBPACK_IMPORTED_MODULE_1__/* .exportVariable */ .dN)(variable, "");
}


/***/ }),

/***/ 2755:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {


// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 4 modules
var core = __webpack_require__(2486);
// EXTERNAL MODULE: ./src/token/revoke-self.ts
var revoke_self = __webpack_require__(4010);
// EXTERNAL MODULE: ./src/token/revoke-in-bulk.ts
var revoke_in_bulk = __webpack_require__(564);
// EXTERNAL MODULE: ./src/token/with-key.ts
var with_key = __webpack_require__(8983);
;// CONCATENATED MODULE: ./src/token/revoke-tokens.ts



/** Revokes tokens by IDs that nobody here has seen; the key that does it comes last, if it is among them. */
function revokeTokens(ids, access, helperName, ports) {
    return (0,with_key/* withKey */.i)(access, helperName, ports, async (key, { api }) => {
        const others = ids.filter((id) => id !== key.id);
        const revocations = await (0,revoke_in_bulk/* revokeInBulk */.Q)(others, { api, key });
        if (others.length === ids.length)
            return revocations;
        return [...revocations, { id: key.id, status: await (0,revoke_self/* revokeSelf */.lc)(api, key.key) }];
    });
}

// EXTERNAL MODULE: ./src/action/companion-inputs.ts
var companion_inputs = __webpack_require__(4620);
// EXTERNAL MODULE: ./src/action/exported-variables.ts
var exported_variables = __webpack_require__(2123);
// EXTERNAL MODULE: ./src/action/helper-ports.ts
var helper_ports = __webpack_require__(1873);
// EXTERNAL MODULE: ./src/action/inputs/environment.ts
var environment = __webpack_require__(3899);
// EXTERNAL MODULE: ./src/action/job-summary.ts
var job_summary = __webpack_require__(9004);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/revoke-words.ts
var revoke_words = __webpack_require__(6918);
// EXTERNAL MODULE: ./src/action/words.ts
var words = __webpack_require__(9579);
;// CONCATENATED MODULE: ./src/action/revoke-now.ts











/** The `revoke` action: ends tokens now. */
async function revokeNow() {
    const read = await (0,companion_inputs/* readRevokeInputs */.a)();
    if (read.kind === "invalid")
        return (0,log/* fail */.fJ)(words/* inputProblems */.ri(read.problems, "Nothing was revoked"));
    const { target, summary } = read.inputs;
    await (0,helper_ports/* withHelperPorts */.l)(read.inputs, (ports) => target.kind === "itself"
        ? revokeGiven(target.token, summary, ports)
        : revokeByIds(target, read.inputs, ports));
}
/** Not interrupted by a cancelled job: until it is killed, the token may still be revoked. */
async function revokeGiven(token, summary, { api }) {
    const status = await (0,revoke_self/* revokeUnseen */.BL)(api, token);
    report([(0,revoke_words/* ownRevocation */.p7)(status, token)]);
    if (status.kind === "revoked" || status.kind === "already-gone")
        (0,exported_variables/* emptyWhereHeld */.ok)(token);
    await conclude([{ name: "(the one given)", status }], summary);
}
async function revokeByIds({ ids, access }, { helperName, summary }, ports) {
    report((0,revoke_words/* doubtfulIds */.Cp)(ids));
    const done = await revokeTokens(ids, access, helperName, ports);
    if (done.kind === "helped") {
        const messages = (0,revoke_words/* revocations */.yR)(done.result, ids);
        report(messages);
        const named = done.result.map(({ id, status }) => ({ name: (0,revoke_words/* nameOfId */.gu)(ids, ids.indexOf(id)), status }));
        await conclude(named, summary);
        reportLeftovers(done.leftovers, messages.some(({ level }) => level === "problem"));
    }
    else {
        (0,log/* fail */.fJ)(`Nothing was revoked. ${words/* noKeyToWorkWith */.rR(done)}`);
        reportLeftovers(done.leftovers, true);
    }
}
function report(messages) {
    const print = { info: log/* info */.pq, warning: log/* warn */.R8, problem: log/* fail */.fJ };
    for (const { level, text } of messages)
        print[level](text);
}
function reportLeftovers(leftovers, isExplained) {
    if (leftovers.length > 0)
        (0,log/* warn */.R8)(words/* leftoverHelpers */.V5(leftovers, isExplained));
}
async function conclude(revoked, summary) {
    core/* setOutput */.uH("revoked", revoked.filter(({ status }) => status.kind === "revoked").length);
    if (summary && (0,environment/* hasSummaryFile */.$6)())
        await (0,job_summary/* summarizeRevocations */.bo)(revoked);
}

// EXTERNAL MODULE: ./src/action/run-step.ts + 1 modules
var run_step = __webpack_require__(4426);
;// CONCATENATED MODULE: ./src/revoke.ts


void (0,run_step/* runStep */.e)(revokeNow);


/***/ })

};
;