"use strict";
exports.id = 152;
exports.ids = [152];
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

/***/ 8152:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createThroughBroker: () => (/* binding */ createThroughBroker),
/* harmony export */   withBroker: () => (/* binding */ withBroker)
/* harmony export */ });
/* harmony import */ var _inputs_broker_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4973);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8592);
/* harmony import */ var _transport_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2883);
/* harmony import */ var _user_agent_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5715);
/* harmony import */ var _mint_through_broker_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2508);
/* harmony import */ var _words_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7447);






async function createThroughBroker({ route, asked }, name, api, journal) {
    return withBroker(route, api, async (ports) => {
        const outcome = await (0,_mint_through_broker_js__WEBPACK_IMPORTED_MODULE_3__/* .mintThroughBroker */ .j)(route, name, asked, {
            ...ports,
            journal,
            report: (why, waitMs) => (0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .info */ .pq)(_words_js__WEBPACK_IMPORTED_MODULE_4__/* .tryingAgain */ .gy(why, waitMs)),
        });
        return outcome.kind === "minted"
            ? { ...outcome, isShort: false }
            : { kind: "refused", text: _words_js__WEBPACK_IMPORTED_MODULE_4__/* .notExchanged */ .FS(outcome, route) };
    });
}
async function withBroker(route, api, work) {
    const source = (0,_inputs_broker_js__WEBPACK_IMPORTED_MODULE_0__/* .readJwtSource */ .Zj)();
    (0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .hide */ .jD)(source.requestToken);
    const transport = (0,_transport_js__WEBPACK_IMPORTED_MODULE_2__/* .transportThrough */ .J)(route.proxy ?? undefined)(new URL(route.url).origin);
    try {
        const openTransport = (0,_transport_js__WEBPACK_IMPORTED_MODULE_2__/* .transportThrough */ .J)(route.jwtProxy ?? undefined);
        return await work({ api, transport, source, openTransport, userAgent: _user_agent_js__WEBPACK_IMPORTED_MODULE_5__/* .userAgent */ .N, hide: _log_js__WEBPACK_IMPORTED_MODULE_1__/* .hide */ .jD });
    }
    finally {
        await transport.close();
    }
}


/***/ }),

/***/ 2508:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ mintThroughBroker)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(267);
/* harmony import */ var _http_retry_delay_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5744);
/* harmony import */ var _text_iso_time_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(90);
/* harmony import */ var _text_json_object_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(9257);
/* harmony import */ var _token_mismatch_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3285);
/* harmony import */ var _token_revoke_self_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4010);
/* harmony import */ var _token_token_name_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1210);
/* harmony import */ var _token_token_status_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4123);
/* harmony import */ var _broker_client_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8816);










const lostWaitsMs = [1_000, 3_000, 6_000];
const longestLifetimeMs = 24 * 3_600_000;
async function mintThroughBroker(broker, name, asked, ports) {
    const { clock, deadline, signal, random } = ports.api;
    let lost = 0;
    for (let tries = 1;; tries++) {
        const result = await exchangeOnce(broker, { ...name, nonce: newNonce() }, asked, ports);
        const pause = pauseAfter(result, tries);
        if (pause === undefined)
            return outcomeOf(result, tries);
        ports.report(pause.why, pause.waitMs);
        await clock.wait(pause.waitMs, signal).catch(() => { });
        if (signal?.aborted)
            return { kind: "interrupted" };
    }
    function pauseAfter(result, tries) {
        const asked = askedWait(result);
        if (asked === undefined)
            return undefined;
        const waitMs = (0,_http_retry_delay_js__WEBPACK_IMPORTED_MODULE_5__/* .retryDelay */ .a2)(tries, asked.waitMs, random);
        return waitMs < deadline.remaining() ? { why: asked.why, waitMs } : undefined;
    }
    function askedWait(result) {
        if (result.kind === "unknown") {
            const waitMs = result.sent ? lostWaitsMs[lost++] : 0;
            return waitMs === undefined ? undefined : { why: result.reason, waitMs };
        }
        if (result.kind !== "refused" || ![429, 503].includes(result.refusal.status))
            return undefined;
        return { why: `the broker answered ${result.refusal.code}`, waitMs: result.refusal.retryAfterMs };
    }
}
function newNonce() {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(10).toString("hex");
}
function outcomeOf(result, tries) {
    switch (result.kind) {
        case "unavailable":
            return { ...result, kind: "no-jwt" };
        case "unknown":
            return { kind: "failed", reason: result.reason, tries };
        default:
            return result;
    }
}
async function exchangeOnce(broker, family, asked, ports) {
    const { api, journal, hide } = ports;
    const name = (0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_3__/* .formatTokenName */ .mO)({ ...family, serial: 1 });
    let accessToken;
    const result = await (0,_broker_client_js__WEBPACK_IMPORTED_MODULE_4__/* .askBroker */ .X_)(broker, "/v1/token", fieldsOf(family, asked), ports, {
        beforeSending: () => {
            const askedAt = api.clock.now();
            journal.intend(name, askedAt, (0,_text_iso_time_js__WEBPACK_IMPORTED_MODULE_6__/* .isoTime */ .L)(askedAt + (asked.lifetimeMs ?? longestLifetimeMs)));
        },
        inspect: ({ body }) => {
            accessToken = (0,_fastly_shapes_js__WEBPACK_IMPORTED_MODULE_1__/* .findAccessToken */ .nT)(body);
            if (accessToken === undefined)
                return;
            hide(accessToken);
            journal.record(name, { kind: "created", accessToken });
        },
    });
    if (accessToken !== undefined) {
        const response = result.kind === "answered" ? result.response : undefined;
        return judgeToken(name, accessToken, response, asked, ports);
    }
    if (result.kind === "answered")
        return { kind: "unknown", reason: "the broker's response holds no token", sent: true };
    if (isProof(result))
        journal.record(name, { kind: "never-created" });
    return result;
}
function isProof(result) {
    if (result.kind === "refused")
        return (0,_broker_client_js__WEBPACK_IMPORTED_MODULE_4__/* .provesNothingMinted */ .mF)(result.refusal);
    return result.kind === "unknown" && !result.sent;
}
function fieldsOf({ nonce, job, label }, asked) {
    return {
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        nonce,
        ...(job === "" ? {} : { job }),
        ...(label === "" ? {} : { label }),
        ...(asked.scopes ? { scope: asked.scopes.join(" ") } : {}),
        ...(asked.services ? { services: asked.services.length > 0 ? asked.services.join(" ") : "*" } : {}),
        ...(asked.lifetimeMs === undefined ? {} : { expires_in: String(Math.round(asked.lifetimeMs / 1000)) }),
    };
}
async function judgeToken(name, accessToken, response, asked, ports) {
    const token = response && readToken(response.body, accessToken);
    if (!token) {
        const status = await endAtOnce(name, accessToken, ports);
        return { kind: "malformed", reason: "the broker's response is not what it documents", status };
    }
    ports.journal.record(name, { kind: "created", accessToken, id: token.id }, token.expiresAt);
    noteEarlierTries(token, name, asked, ports);
    const found = widerThan(token, asked);
    if (found.length === 0)
        return { kind: "minted", name, token, requestId: (0,_broker_client_js__WEBPACK_IMPORTED_MODULE_4__/* .requestIdOf */ .Gb)(response.body) };
    return { kind: "wider", token, mismatches: found, status: await endAtOnce(name, accessToken, ports) };
}
function noteEarlierTries({ name }, own, asked, { api, journal }) {
    const granted = (0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_3__/* .parseTokenName */ .ud)(name);
    const family = (0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_3__/* .parseTokenName */ .ud)(own);
    if (!granted || !family || granted.nonce !== family.nonce || granted.serial === 1)
        return;
    const askedAt = api.clock.now();
    const expiresAt = (0,_text_iso_time_js__WEBPACK_IMPORTED_MODULE_6__/* .isoTime */ .L)(askedAt + (asked.lifetimeMs ?? longestLifetimeMs));
    journal.intend((0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_3__/* .formatTokenName */ .mO)({ ...family, serial: granted.serial }), askedAt, expiresAt);
}
function widerThan(token, { scopes, services, lifetimeMs }) {
    const grant = {
        scopes: scopes ?? ["global"],
        services: services ?? [],
        lifetimeMs: lifetimeMs ?? longestLifetimeMs,
    };
    return (0,_token_mismatch_js__WEBPACK_IMPORTED_MODULE_7__/* .mismatches */ .vJ)(token, grant).filter(({ kind }) => kind !== "dead-on-arrival");
}
async function endAtOnce(name, accessToken, { api, journal }) {
    const status = await (0,_token_revoke_self_js__WEBPACK_IMPORTED_MODULE_2__/* .revokeSelf */ .l)(api, accessToken, api.clock.now());
    if (!(0,_token_token_status_js__WEBPACK_IMPORTED_MODULE_8__/* .isLeft */ .OC)(status))
        journal.record(name, { kind: "ended" });
    return status;
}
function readToken(body, accessToken) {
    const { token_id: id, name, scope, services, expires_at: expiresAt, expires_in, ...rest } = (0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_9__/* .parseObject */ .l)(body) ?? {};
    if (typeof id !== "string" || !(0,_fastly_shapes_js__WEBPACK_IMPORTED_MODULE_1__/* .isId */ .eQ)(id) || typeof name !== "string" || typeof scope !== "string")
        return undefined;
    if (!Array.isArray(services) || !services.every((one) => typeof one === "string"))
        return undefined;
    if (typeof expiresAt !== "string" || Number.isNaN(Date.parse(expiresAt)))
        return undefined;
    if (typeof expires_in !== "number" || !Number.isFinite(expires_in))
        return undefined;
    return {
        id,
        name,
        scope,
        services,
        accessToken,
        userId: typeof rest.user_id === "string" ? rest.user_id : null,
        customerId: typeof rest.customer_id === "string" ? rest.customer_id : null,
        createdAt: (0,_text_iso_time_js__WEBPACK_IMPORTED_MODULE_6__/* .isoTime */ .L)(Date.parse(expiresAt) - expires_in * 1000),
        expiresAt,
        lastUsedAt: null,
    };
}


/***/ }),

/***/ 7447:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FS: () => (/* binding */ notExchanged),
/* harmony export */   dw: () => (/* binding */ helper),
/* harmony export */   gy: () => (/* binding */ tryingAgain)
/* harmony export */ });
/* harmony import */ var _text_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9495);
/* harmony import */ var _text_one_line_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3854);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8592);
/* harmony import */ var _words_index_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8311);




const brokerErrorWords = {
    malformed: {
        what: "The broker could not read the request.",
        remedy: "Check that the action and the broker are of the same version.",
    },
    token_rejected: {
        what: "The broker rejected this job's OIDC token, or it has no rule for this organization by that id.",
        remedy: "Check the inputs rule and audience: the audience must be the broker's own, and is the origin of broker unless given. The broker's audit log says more, under the request ID.",
    },
    token_reused: {
        what: "The broker has seen this OIDC token before; each is good for one exchange.",
        remedy: "Run the job again. If it happens again, a proxy in between repeats requests.",
    },
    unknown_rule: {
        what: "The broker has no rule with this id.",
        remedy: "Check the input rule against the broker's configuration.",
    },
    event_denied: {
        what: "The broker gives no token to workflows that this event starts.",
        remedy: "pull_request_target and workflow_run are always refused, since they can run untrusted code with the rights of the default branch. Start the job by push, workflow_dispatch or another event that the rule names.",
    },
    claim_mismatch: {
        what: "This job is not one that the rule allows.",
        remedy: "Compare the claims below with the rule's match, and change the rule or the workflow.",
    },
    scope_not_granted: {
        what: "The rule does not grant the scope that was asked for.",
        remedy: "Ask for less in the input scope, leave it out for all that the rule grants, or change the rule.",
    },
    services_not_granted: {
        what: "The rule does not grant the services that were asked for.",
        remedy: "Ask for fewer in the input services, leave it out for all that the rule grants, or change the rule.",
    },
    lifetime_not_granted: {
        what: "The rule does not grant so long a lifetime.",
        remedy: "Give a shorter expires-in, leave it out for what the rule grants, or raise max_ttl in the rule.",
    },
    quota_exceeded: {
        what: "The rule's quota is used up.",
        remedy: "Run fewer jobs at once, let tokens end sooner, or raise max_live or per_hour in the rule.",
    },
    no_room: {
        what: "No Fastly user of the rule had room for another token in time.",
        remedy: "Give the job a longer timeout, or the rule another user.",
    },
    upstream_refused: {
        what: "Fastly refused to create the token for the broker.",
        remedy: "The broker's audit log says why, under the request ID. Most often the password of its Fastly user was changed.",
    },
    upstream_unavailable: {
        what: "The broker could not reach Fastly, or Fastly has trouble of its own.",
        remedy: "Try again later, or give a longer timeout.",
    },
    store_unavailable: {
        what: "The broker cannot reach its store, so it creates no tokens.",
        remedy: "Try again later; whoever runs the broker has to look at its store.",
    },
    internal: {
        what: "The broker failed.",
        remedy: "Try again later; the broker's log says more, under the request ID.",
    },
};
const job = {
    none: "This job got no Fastly token",
    unused: "The job does not get it.",
    later: "post tries again",
    lost: "post looks for what may have been created",
    interrupted: "Interrupted before this job got a Fastly token; post ends whatever was created.",
};
const helper = {
    none: "No helper token could be created",
    unused: "It is not used.",
    later: "it expires within two minutes",
    lost: "what may have been created expires within two minutes",
    interrupted: "Interrupted while a helper token was being created; if it exists, it expires within two minutes.",
};
function notExchanged(outcome, { url, rule, audience }, { none, unused, later, lost, interrupted } = job) {
    switch (outcome.kind) {
        case "refused":
            return `${none} by the rule ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(rule)}. ${refusalWords(outcome.refusal)}`;
        case "wider":
            return `The broker handed out token ${outcome.token.id}, but ${outcome.mismatches.map(_words_index_js__WEBPACK_IMPORTED_MODULE_2__/* .mismatchWords */ .gk).join("; ")}. ${unused} ${(0,_words_index_js__WEBPACK_IMPORTED_MODULE_2__/* .endingWords */ .fg)(outcome.status, later)} Check that the action and the broker are of the same version.`;
        case "malformed":
            return `The broker handed out a token, but ${outcome.reason}. ${unused} ${(0,_words_index_js__WEBPACK_IMPORTED_MODULE_2__/* .endingWords */ .fg)(outcome.status, later)}`;
        case "no-jwt":
            return `${none}, because GitHub gave it no OIDC token for the audience ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(audience)} (${outcome.reason}). ${jwtRemedy(outcome.status)}`;
        case "failed":
            return `${none}, because the broker at ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(new URL(url).origin)} gave no usable response (${outcome.reason}).${triedWords(outcome.tries)} Check the input broker, and that the broker is running; ${lost}.`;
        case "interrupted":
            return interrupted;
    }
}
function refusalWords({ code, description, failedClaims, requestId }) {
    const { what, remedy } = brokerErrorWords[code];
    const said = description === "" || failedClaims.length > 0 ? "" : ` The broker says: ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(description, 500)}`;
    const id = requestId === "" ? "" : `, request ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(requestId)}`;
    return [`${what} ${remedy}${said} (${code}${id})`, ...failedClaims.map(claimWords)].join("\n");
}
function claimWords({ claim, value }) {
    if (value !== null)
        return `${(0,_text_one_line_js__WEBPACK_IMPORTED_MODULE_3__/* .oneLine */ .T)(claim)} is ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(value, 1_000)}`;
    const hint = claim === "environment" ? ", since the job names no environment" : "";
    return `${(0,_text_one_line_js__WEBPACK_IMPORTED_MODULE_3__/* .oneLine */ .T)(claim)} is not in this job's OIDC token${hint}`;
}
function jwtRemedy(status) {
    return status === 401 || status === 403
        ? "Check permissions: id-token: write on the job. Workflows that a fork's pull request starts get none."
        : "GitHub's token endpoint may have trouble of its own: run the job again, or see GitHub's status page.";
}
function triedWords(tries) {
    return tries > 1 ? ` It was tried ${tries} times.` : "";
}
function tryingAgain(why, waitMs) {
    return `No token yet (${why}); trying again in ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(waitMs)}.`;
}


/***/ })

};
;