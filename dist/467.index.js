"use strict";
exports.id = 467;
exports.ids = [467];
exports.modules = {

/***/ 467:
/***/ ((__unused_webpack_module, __unused_webpack___webpack_exports__, __webpack_require__) => {


// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 5 modules
var core = __webpack_require__(8524);
// EXTERNAL MODULE: ./src/token/end-job-tokens.ts
var end_job_tokens = __webpack_require__(4773);
// EXTERNAL MODULE: ./src/token/revoke-in-bulk.ts
var revoke_in_bulk = __webpack_require__(564);
// EXTERNAL MODULE: ./src/token/revoke-self.ts
var revoke_self = __webpack_require__(4010);
// EXTERNAL MODULE: ./src/token/with-key.ts
var with_key = __webpack_require__(8983);
;// CONCATENATED MODULE: ./src/token/revoke-tokens.ts




/** Revokes tokens by their IDs; the key that does it comes last, if it is among them. */
function revokeTokens(ids, access, helperName, ports) {
    return (0,with_key/* withKey */.i)(access, helperName, ports, async (key, { api }) => {
        const others = ids.filter((id) => id !== key.id);
        const revocations = await (0,revoke_in_bulk/* revokeInBulk */.Q)(others, { api, key: key.key });
        return others.length === ids.length
            ? revocations
            : [...revocations, await revokeItself(api, key.key, key.id)];
    });
}
/** @param id what to tell the token by */
async function revokeItself(api, key, id) {
    const status = await (0,revoke_self/* revokeSelf */.l)(api, key);
    if (status.kind === "revoked")
        return { id, result: { kind: "revoked" } };
    const error = (0,end_job_tokens/* errorOf */.M)(status);
    return { id, result: error ? { kind: "failed", error } : { kind: "already-gone" } };
}

// EXTERNAL MODULE: ./src/action/companion-inputs.ts
var companion_inputs = __webpack_require__(4620);
// EXTERNAL MODULE: ./src/action/helper-ports.ts
var helper_ports = __webpack_require__(1873);
// EXTERNAL MODULE: ./src/action/inputs/environment.ts
var environment = __webpack_require__(3899);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/words.ts
var words = __webpack_require__(9579);
;// CONCATENATED MODULE: ./src/action/revoke-words.ts

/** What became of a token that was named by its ID. */
function revoke_words_revocation({ id, result }) {
    switch (result.kind) {
        case "revoked":
            return { level: "info", text: `Revoked Fastly token ${id}.` };
        case "already-gone":
            return { level: "info", text: `Fastly token ${id} is gone: it had expired or been revoked already.` };
        case "failed":
            return { level: "problem", text: `Fastly token ${id} was not revoked. ${(0,words/* explain */.WE)(result.error)}` };
    }
}

// EXTERNAL MODULE: ./src/action/summary.ts
var action_summary = __webpack_require__(8770);
;// CONCATENATED MODULE: ./src/action/revoke-now.ts









/** The `revoke` action: ends tokens now. */
async function revokeNow() {
    const read = await (0,companion_inputs/* readRevokeInputs */.a)();
    if (read.kind === "invalid")
        return (0,log/* fail */.fJ)(words/* inputProblems */.ri(read.problems, "Nothing was revoked"));
    await (0,helper_ports/* withHelperPorts */.l)(read.inputs, (ports) => revoke(read.inputs, ports));
}
async function revoke({ target, helperName, summary }, ports) {
    if (target.kind === "itself")
        return tell([await revokeItself(ports.api, target.token, "(the one given)")], summary);
    const done = await revokeTokens(target.ids, target.access, helperName, ports);
    if (done.kind === "helped")
        await tell(done.result, summary);
    else
        (0,log/* fail */.fJ)(`Nothing was revoked. ${words/* noKeyToWorkWith */.rR(done)}`);
    for (const stray of done.strays)
        (0,log/* warn */.R8)(words/* ended */.v6(stray).text);
}
async function tell(revocations, summary) {
    for (const revocation of revocations) {
        const { level, text } = revoke_words_revocation(revocation);
        if (level === "problem")
            (0,log/* fail */.fJ)(text);
        else
            (0,log/* info */.pq)(text);
    }
    core/* setOutput */.uH("revoked", revocations.filter(({ result }) => result.kind === "revoked").length);
    if (summary && (0,environment/* hasSummaryFile */.$6)())
        await (0,action_summary/* summarizeRevocations */.bo)(revocations);
}

// EXTERNAL MODULE: ./src/action/run-step.ts + 1 modules
var run_step = __webpack_require__(4426);
;// CONCATENATED MODULE: ./src/revoke.ts


void (0,run_step/* runStep */.e)(revokeNow);


/***/ })

};
;