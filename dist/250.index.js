"use strict";
exports.id = 250;
exports.ids = [250];
exports.modules = {

/***/ 8816:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  X_: () => (/* binding */ askBroker),
  Ub: () => (/* binding */ longestExchangeMs),
  mF: () => (/* binding */ provesNothingMinted),
  Gb: () => (/* binding */ requestIdOf)
});

// EXTERNAL MODULE: ./src/http/error.ts
var http_error = __webpack_require__(4054);
// EXTERNAL MODULE: ./src/http/retry-delay.ts
var retry_delay = __webpack_require__(5744);
// EXTERNAL MODULE: ./src/text/clean-text.ts
var clean_text = __webpack_require__(6764);
// EXTERNAL MODULE: ./src/text/json-object.ts
var json_object = __webpack_require__(9257);
// EXTERNAL MODULE: ./src/fastly/index.ts + 7 modules
var fastly = __webpack_require__(5096);
;// CONCATENATED MODULE: ./src/action/broker/github-jwt.ts



const oneTryMs = 10_000;
const mostTries = 5;
async function requestJwt(audience, ports) {
    const { api, source } = ports;
    const url = URL.parse(source.requestUrl);
    if (!url || source.requestToken === "")
        return { kind: "unavailable", reason: "ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are not set" };
    url.searchParams.set("audience", audience);
    const transport = ports.openTransport(url.origin);
    try {
        for (let tries = 1;; tries++) {
            const result = await requestOnce(transport, url, ports);
            if (result.kind !== "unavailable")
                return result;
            const delay = (0,retry_delay/* retryDelay */.a2)(tries, undefined, api.random);
            if (tries === mostTries || delay >= api.deadline.remaining())
                return result;
            await api.clock.wait(delay, api.signal).catch(() => { });
            if (api.signal?.aborted)
                return { kind: "interrupted" };
        }
    }
    finally {
        await transport.close();
    }
}
async function requestOnce(transport, url, { api, source, userAgent, hide }) {
    const headers = {
        accept: "application/json; api-version=2.0",
        authorization: `bearer ${source.requestToken}`,
        "user-agent": userAgent,
    };
    const { clock, deadline, signal } = api;
    const timeoutMs = Math.min((0,fastly/* deadlineIn */._5)(oneTryMs, clock).remaining(), deadline.remaining());
    if (timeoutMs === 0)
        return { kind: "unavailable", reason: "no time was left to ask for it" };
    try {
        const request = { method: "GET", path: url.pathname + url.search, headers };
        return readJwt(await transport.exchange(request, { timeoutMs, maxBytes: 64 * 1024, signal }), hide);
    }
    catch (error) {
        if (!(error instanceof http_error/* HttpError */.j))
            throw error;
        return error.code === "aborted"
            ? { kind: "interrupted" }
            : { kind: "unavailable", reason: error.message };
    }
}
function readJwt({ status, body }, hide) {
    const jwt = /"value"\s*:\s*"([\w-]+\.[\w-]+\.[\w-]+)"/.exec(body)?.[1];
    if (jwt !== undefined)
        hide(jwt);
    if (status === 200 && jwt !== undefined)
        return { kind: "issued", jwt };
    const reason = status === 200 ? "the response holds no token" : `HTTP ${status}`;
    return { kind: "unavailable", reason, status };
}

;// CONCATENATED MODULE: ./src/action/broker/broker-client.ts





const brokerErrorCodes = [
    "malformed",
    "token_rejected",
    "token_reused",
    "unknown_rule",
    "event_denied",
    "claim_mismatch",
    "scope_not_granted",
    "services_not_granted",
    "lifetime_not_granted",
    "quota_exceeded",
    "no_room",
    "upstream_refused",
    "upstream_unavailable",
    "store_unavailable",
    "internal",
];
const beforeMint = new Set([
    "malformed",
    "token_rejected",
    "unknown_rule",
    "event_denied",
    "claim_mismatch",
    "scope_not_granted",
    "services_not_granted",
    "lifetime_not_granted",
    "quota_exceeded",
    "no_room",
]);
function provesNothingMinted({ code }) {
    return beforeMint.has(code);
}
const longestExchangeMs = 30_000;
async function askBroker(broker, endpoint, fields, ports, hooks = {}) {
    const issued = await requestJwt(broker.audience, ports);
    if (issued.kind !== "issued")
        return issued;
    const { pathname } = new URL(broker.url);
    const form = new URLSearchParams({
        ...fields,
        subject_token: issued.jwt,
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
        rule: broker.rule,
    });
    const request = {
        method: "POST",
        path: `${pathname.replace(/\/+$/, "")}${endpoint}`,
        headers: {
            accept: "application/json",
            "content-type": "application/x-www-form-urlencoded",
            "user-agent": ports.userAgent,
        },
        body: form.toString(),
    };
    const timeoutMs = Math.min(longestExchangeMs, ports.api.deadline.remaining());
    if (timeoutMs === 0)
        return { kind: "unknown", reason: "no time was left to ask the broker", sent: false };
    hooks.beforeSending?.();
    try {
        const limits = { timeoutMs, maxBytes: 1024 * 1024, signal: ports.api.signal };
        const response = await ports.transport.exchange(request, limits);
        hooks.inspect?.(response);
        return judge(response, issued.jwt);
    }
    catch (error) {
        if (!(error instanceof http_error/* HttpError */.j))
            throw error;
        if (error.code === "aborted")
            return { kind: "interrupted" };
        return { kind: "unknown", reason: `no response from the broker: ${error.message}`, sent: error.sent };
    }
}
function judge(response, jwt) {
    const { status, complete } = response;
    if (!complete)
        return { kind: "unknown", reason: "the broker's response was cut short", sent: true };
    if (status === 200)
        return { kind: "answered", response };
    const refusal = readRefusal(response, jwt);
    if (refusal)
        return { kind: "refused", refusal };
    return { kind: "unknown", reason: `HTTP ${status}, with a body that is not the broker's`, sent: true };
}
function readRefusal({ status, headers, body }, jwt) {
    const parsed = (0,json_object/* parseObject */.l)(body);
    const code = brokerErrorCodes.find((one) => one === parsed?.error_code);
    if (!parsed || code === undefined || typeof parsed.error !== "string")
        return undefined;
    return {
        code,
        status,
        description: textOf(parsed.error_description, jwt),
        failedClaims: claimsOf(parsed.failed_claims, jwt),
        requestId: textOf(parsed.request_id, jwt),
        retryAfterMs: (0,retry_delay/* askedDelay */.gW)(status, headers, (0,retry_delay/* parseDate */._U)(headers.date) ?? Date.now()),
    };
}
function claimsOf(value, jwt) {
    if (Array.isArray(value))
        return value.flatMap((item) => {
            const { claim, value: own } = (item ?? {});
            if (typeof claim !== "string")
                return [];
            return [{ claim: textOf(claim, jwt), value: typeof own === "string" ? textOf(own, jwt) : null }];
        });
    return [];
}
const longestText = 2_000;
function textOf(value, jwt) {
    return typeof value === "string" ? (0,clean_text/* cleanText */.X)(value, [jwt], longestText) : "";
}
function requestIdOf(body) {
    const id = (0,json_object/* parseObject */.l)(body)?.request_id;
    return typeof id === "string" && /^[\w-]{1,100}$/.test(id) ? id : undefined;
}


/***/ }),

/***/ 3250:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   recoverThroughBroker: () => (/* binding */ recoverThroughBroker)
/* harmony export */ });
/* harmony import */ var _text_json_object_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9257);
/* harmony import */ var _token_revoke_self_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4010);
/* harmony import */ var _token_settle_attempts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8921);
/* harmony import */ var _token_token_status_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4123);
/* harmony import */ var _token_waited_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(913);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8592);
/* harmony import */ var _broker_client_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8816);







const waitsMs = [1_500, 2_500, 4_000, 6_000];
const longestWaitMs = 10_000;
function recoverThroughBroker(broker, ports, kept = []) {
    const keptNonces = new Set(kept.map(nonceOf));
    return async (unsettled, api) => {
        const isKept = ({ attempt }) => keptNonces.has(nonceOf(attempt));
        const reports = unsettled.filter(isKept).map(({ attempt }) => (0,_token_token_status_js__WEBPACK_IMPORTED_MODULE_4__/* .reportOf */ .EI)(attempt, besideKept));
        let open = unsettled.filter((one) => !isKept(one));
        for (let look = 0; open.length > 0; look++) {
            const askedAt = api.clock.now();
            const reply = await (0,_broker_client_js__WEBPACK_IMPORTED_MODULE_3__/* .askBroker */ .X_)(broker, "/v1/end", { nonces: noncesOf(open) }, ports);
            const results = resultsByNonce(reply);
            const still = [];
            for (const one of open) {
                const result = results.get(nonceOf(one.attempt));
                const status = await statusOf(one, result?.status, askedAt, api);
                if (status)
                    reports.push((0,_token_token_status_js__WEBPACK_IMPORTED_MODULE_4__/* .reportOf */ .EI)(one.attempt, status, result?.tokenId));
                else
                    still.push(one);
            }
            open = still;
            if (open.length === 0)
                break;
            if (isFinal(reply) || !(await (0,_token_waited_js__WEBPACK_IMPORTED_MODULE_5__/* .waited */ .h)(api, waitsMs[look] ?? longestWaitMs)))
                return [...reports, ...open.map((one) => leftBy(one, reply, results.get(nonceOf(one.attempt))))];
        }
        return reports;
    };
}
const besideKept = {
    kind: "unknown",
    problem: { kind: "broker", reason: "it would end the token that stays alive with it" },
};
function nonceOf({ name }) {
    return / ([0-9a-f]{20})\./.exec(name)?.[1] ?? "";
}
function noncesOf(unsettled) {
    return [...new Set(unsettled.map(({ attempt }) => nonceOf(attempt)))].join(" ");
}
async function statusOf({ attempt }, result, askedAt, api) {
    if (result === "revoked")
        return { kind: "revoked" };
    if ("accessToken" in attempt.status) {
        const status = await (0,_token_revoke_self_js__WEBPACK_IMPORTED_MODULE_0__/* .revokeSelf */ .l)(api, attempt.status.accessToken, attempt.askedAt);
        return (0,_token_token_status_js__WEBPACK_IMPORTED_MODULE_4__/* .isLeft */ .OC)(status) ? undefined : status;
    }
    if (result === "already_gone")
        return { kind: "already-gone", how: "revoked" };
    const isOld = askedAt - attempt.askedAt >= _broker_client_js__WEBPACK_IMPORTED_MODULE_3__/* .longestExchangeMs */ .Ub + _token_settle_attempts_js__WEBPACK_IMPORTED_MODULE_1__/* .longestCreateMs */ .N;
    return result === "never_created" || (result === "not_found" && isOld)
        ? { kind: "never-created" }
        : undefined;
}
function leftBy({ attempt, bySelf }, reply, result) {
    const kind = bySelf?.kind === "still-alive" ? "still-alive" : "unknown";
    return (0,_token_token_status_js__WEBPACK_IMPORTED_MODULE_4__/* .reportOf */ .EI)(attempt, { kind, problem: problemOf(reply, result) }, result?.tokenId);
}
function problemOf(reply, result) {
    switch (reply.kind) {
        case "answered":
            if (result?.status === "not_found")
                return { kind: "may-still-appear" };
            return { kind: "broker", reason: "it could not list or revoke the tokens of its Fastly user" };
        case "refused":
            return { kind: "broker", reason: refusedReason(reply.refusal) };
        case "unavailable":
            return {
                kind: "broker",
                reason: `GitHub gave this job no OIDC token to ask with (${reply.reason})`,
            };
        case "unknown":
            return { kind: "broker", reason: reply.reason };
        case "interrupted":
            return { kind: "broker", reason: "the step was interrupted" };
    }
}
function refusedReason({ code, description }) {
    const said = description.replace(/\.$/, "");
    return `it refused to (${code})${said === "" ? "" : `, and says ${(0,_log_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .TL)(said, 500)}`}`;
}
function isFinal(reply) {
    if (reply.kind !== "refused")
        return false;
    const { code, status } = reply.refusal;
    return code !== "token_reused" && status !== 429 && status !== 503;
}
const openness = ["never_created", "already_gone", "revoked", "not_found", "unknown"];
function resultsByNonce(reply) {
    const results = new Map();
    for (const result of readResults(reply)) {
        const known = results.get(result.nonce);
        if (!known || openness.indexOf(result.status) > openness.indexOf(known.status))
            results.set(result.nonce, result);
    }
    return results;
}
function readResults(reply) {
    if (reply.kind !== "answered")
        return [];
    const { tokens } = (0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_6__/* .parseObject */ .l)(reply.response.body) ?? {};
    if (!Array.isArray(tokens))
        return [];
    return tokens.flatMap((item) => {
        const { nonce, status, token_id } = (item ?? {});
        if (typeof nonce !== "string" || !openness.includes(status))
            return [];
        const tokenId = typeof token_id === "string" ? token_id : undefined;
        return [{ nonce, status: status, tokenId }];
    });
}


/***/ })

};
;