"use strict";
exports.id = 755;
exports.ids = [755];
exports.modules = {

/***/ 2755:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {


// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 5 modules
var core = __webpack_require__(8524);
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
// EXTERNAL MODULE: ./src/action/helper-ports.ts
var helper_ports = __webpack_require__(1873);
// EXTERNAL MODULE: ./src/action/inputs/environment.ts
var environment = __webpack_require__(3899);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/revoke-words.ts
var revoke_words = __webpack_require__(6918);
// EXTERNAL MODULE: ./src/action/summary.ts
var action_summary = __webpack_require__(8770);
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
        reportLeftovers(done.strays, messages.some(({ level }) => level === "problem"));
    }
    else {
        (0,log/* fail */.fJ)(`Nothing was revoked. ${words/* noKeyToWorkWith */.rR(done)}`);
        reportLeftovers(done.strays, true);
    }
}
function report(messages) {
    const print = { info: log/* info */.pq, warning: log/* warn */.R8, problem: log/* fail */.fJ };
    for (const { level, text } of messages)
        print[level](text);
}
function reportLeftovers(strays, isExplained) {
    if (strays.length > 0)
        (0,log/* warn */.R8)(words/* leftoverHelpers */.V5(strays, isExplained));
}
async function conclude(revoked, summary) {
    core/* setOutput */.uH("revoked", revoked.filter(({ status }) => status.kind === "revoked").length);
    if (summary && (0,environment/* hasSummaryFile */.$6)())
        await (0,action_summary/* summarizeRevocations */.bo)(revoked);
}

// EXTERNAL MODULE: ./src/action/run-step.ts + 1 modules
var run_step = __webpack_require__(4426);
;// CONCATENATED MODULE: ./src/revoke.ts


void (0,run_step/* runStep */.e)(revokeNow);


/***/ })

};
;