"use strict";
exports.id = 843;
exports.ids = [843];
exports.modules = {

/***/ 8816:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  X_: () => (/* binding */ askBroker),
  lj: () => (/* binding */ parseObject)
});

// UNUSED EXPORTS: brokerErrorCodes

// EXTERNAL MODULE: ./src/http/error.ts
var http_error = __webpack_require__(4054);
// EXTERNAL MODULE: ./src/http/retry-delay.ts
var retry_delay = __webpack_require__(5744);
// EXTERNAL MODULE: ./src/text/clean-text.ts
var clean_text = __webpack_require__(6764);
// EXTERNAL MODULE: ./src/http/clock.ts
var http_clock = __webpack_require__(8658);
;// CONCATENATED MODULE: ./src/action/broker/github-jwt.ts



const oneTryMs = 10_000;
const mostTries = 5;
/**
 * Asks GitHub for the OIDC token of this job. GitHub's endpoint is known to be slow and to refuse at first, so that
 * a try has a time-out of its own, and whatever it meets is tried again.
 *
 * Source: GitHub's page "OpenID Connect", "Requesting the JWT using environment variables".
 *
 * @param audience whom the token is for
 */
async function requestJwt(source, audience, ports) {
    const url = new URL(source.requestUrl);
    url.searchParams.set("audience", audience);
    const transport = ports.openTransport(url.origin);
    try {
        for (let tries = 1;; tries++) {
            const result = await requestOnce(transport, url, source.requestToken, ports);
            if (result.kind !== "unavailable")
                return result;
            const delay = (0,retry_delay/* retryDelay */.a2)(tries, undefined, ports.random);
            if (tries === mostTries || delay >= ports.deadline.remaining())
                return result;
            await ports.clock.wait(delay, ports.signal).catch(() => { });
            if (ports.signal?.aborted)
                return { kind: "interrupted" };
        }
    }
    finally {
        await transport.close();
    }
}
async function requestOnce(transport, url, requestToken, { userAgent, deadline, clock, signal, hide }) {
    const headers = {
        accept: "application/json; api-version=2.0",
        authorization: `bearer ${requestToken}`,
        "user-agent": userAgent,
    };
    const timeoutMs = Math.min((0,http_clock/* deadlineIn */._5)(oneTryMs, clock).remaining(), deadline.remaining());
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




/** What the broker may answer in place of a result. */
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
/**
 * Posts a form to the broker with a fresh JWT of this job, which is good for one request: two requests in all.
 *
 * Source: docs/broker, "Endpoints".
 */
async function askBroker(broker, endpoint, fields, ports, hooks = {}) {
    const issued = await requestJwt(ports.source, broker.audience, ports);
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
    const timeoutMs = Math.min(30_000, ports.deadline.remaining());
    if (timeoutMs === 0)
        return { kind: "unknown", reason: "no time was left to ask the broker", sent: false };
    hooks.beforeSending?.();
    try {
        const limits = { timeoutMs, maxBytes: 1024 * 1024, signal: ports.signal };
        const answer = await ports.transport.exchange(request, limits);
        hooks.inspect?.(answer);
        return judge(answer, issued.jwt);
    }
    catch (error) {
        if (!(error instanceof http_error/* HttpError */.j))
            throw error;
        if (error.code === "aborted")
            return { kind: "interrupted" };
        return { kind: "unknown", reason: `no response from the broker: ${error.message}`, sent: error.sent };
    }
}
function judge(answer, jwt) {
    const { status, complete } = answer;
    if (!complete)
        return { kind: "unknown", reason: "the broker's response was cut short", sent: true };
    if (status === 200)
        return { kind: "answered", answer };
    const refusal = readRefusal(answer, jwt);
    if (refusal)
        return { kind: "refused", refusal };
    return { kind: "unknown", reason: `HTTP ${status}, with a body that is not the broker's`, sent: true };
}
function readRefusal({ status, headers, body }, jwt) {
    const parsed = parseObject(body);
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
            return typeof claim === "string" ? [{ claim: textOf(claim, jwt), value: textOf(own, jwt) }] : [];
        });
    return [];
}
function textOf(value, jwt) {
    return typeof value === "string" ? (0,clean_text/* cleanText */.X)(value, [jwt]) : "";
}
function parseObject(body) {
    try {
        const json = JSON.parse(body);
        return typeof json === "object" && json !== null && !Array.isArray(json)
            ? json
            : undefined;
    }
    catch {
        // A proxy may answer HTML: then it is not the broker's.
        return undefined;
    }
}


/***/ }),

/***/ 9843:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createThroughBroker: () => (/* binding */ createThroughBroker),
  withBroker: () => (/* binding */ withBroker)
});

// EXTERNAL MODULE: ./src/action/inputs/broker.ts
var broker = __webpack_require__(4973);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/transport.ts
var action_transport = __webpack_require__(2883);
// EXTERNAL MODULE: ./src/action/user-agent.ts + 1 modules
var user_agent = __webpack_require__(5715);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./src/fastly/token.ts
var token = __webpack_require__(4860);
// EXTERNAL MODULE: ./src/http/retry-delay.ts
var retry_delay = __webpack_require__(5744);
// EXTERNAL MODULE: ./src/text/iso-time.ts
var iso_time = __webpack_require__(90);
// EXTERNAL MODULE: ./src/token/mismatch.ts
var mismatch = __webpack_require__(3285);
// EXTERNAL MODULE: ./src/token/revoke-self.ts
var revoke_self = __webpack_require__(4010);
// EXTERNAL MODULE: ./src/token/token-name.ts
var token_name = __webpack_require__(1210);
// EXTERNAL MODULE: ./src/token/token-status.ts
var token_status = __webpack_require__(4123);
// EXTERNAL MODULE: ./src/action/broker/broker-client.ts + 1 modules
var broker_client = __webpack_require__(8816);
;// CONCATENATED MODULE: ./src/action/broker/mint-through-broker.ts









const mostLostAnswers = 2;
/** What the broker may grant at most (docs/broker, "The policy"): a lost token lives no longer. */
const longestLifetimeMs = 24 * 3_600_000;
/**
 * Exchanges this job's identity for a Fastly token: two requests when all goes well. Each try has a fresh JWT, and a
 * nonce of its own that is in the journal before it is sent.
 */
async function mintThroughBroker(broker, name, asked, ports) {
    let lost = 0;
    for (let tries = 1;; tries++) {
        const result = await exchangeOnce(broker, { ...name, nonce: newNonce() }, asked, ports);
        const pause = pauseAfter(result, tries);
        if (pause === undefined)
            return outcomeOf(result, tries);
        ports.say(pause.why, pause.waitMs);
        await ports.clock.wait(pause.waitMs, ports.signal).catch(() => { });
        if (ports.signal?.aborted)
            return { kind: "interrupted" };
    }
    function pauseAfter(result, tries) {
        const waitMs = (0,retry_delay/* retryDelay */.a2)(tries, retryAfter(result), ports.random);
        if (waitMs >= ports.deadline.remaining())
            return undefined;
        if (result.kind === "unknown" && (!result.sent || ++lost <= mostLostAnswers))
            return { why: result.reason, waitMs };
        if (result.kind !== "refused" || ![429, 503].includes(result.refusal.status))
            return undefined;
        return { why: `the broker answered ${result.refusal.code}`, waitMs };
    }
}
function newNonce() {
    return (0,external_node_crypto_.randomBytes)(10).toString("hex");
}
function retryAfter(result) {
    return result.kind === "refused" ? result.refusal.retryAfterMs : undefined;
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
    const { clock, journal, hide } = ports;
    const name = (0,token_name/* formatTokenName */.mO)({ ...family, serial: 1 });
    let accessToken;
    const result = await (0,broker_client/* askBroker */.X_)(broker, "/v1/token", fieldsOf(family, asked), ports, {
        beforeSending: () => {
            const askedAt = clock.now();
            journal.intend(name, askedAt, (0,iso_time/* isoTime */.L)(askedAt + (asked.lifetimeMs ?? longestLifetimeMs)));
        },
        inspect: ({ body }) => {
            accessToken = (0,token/* findAccessToken */.nT)(body);
            if (accessToken === undefined)
                return;
            hide(accessToken);
            journal.record(name, { kind: "created", accessToken });
        },
    });
    if (accessToken !== undefined) {
        const answer = result.kind === "answered" ? result.answer : undefined;
        return judgeToken(name, accessToken, answer, asked, ports);
    }
    if (result.kind === "answered")
        return { kind: "unknown", reason: "the broker's response holds no token", sent: true };
    if (result.kind === "refused" || (result.kind === "unknown" && !result.sent))
        journal.record(name, { kind: "never-created" });
    return result;
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
async function judgeToken(name, accessToken, answer, asked, ports) {
    const token = answer && readToken(answer.body, accessToken);
    if (!token) {
        const status = await endAtOnce(name, accessToken, ports);
        return { kind: "malformed", reason: "the broker's response is not what it documents", status };
    }
    ports.journal.record(name, { kind: "created", accessToken, id: token.id }, token.expiresAt);
    const found = widerThan(token, asked);
    if (found.length === 0)
        return { kind: "minted", name, token };
    return { kind: "wider", token, mismatches: found, status: await endAtOnce(name, accessToken, ports) };
}
/** Compares what was handed out with what was asked for; what was not asked for, the rule decides. */
function widerThan(token, { scopes, services, lifetimeMs }) {
    const grant = {
        scopes: scopes ?? ["global"],
        services: services ?? [],
        lifetimeMs: lifetimeMs ?? longestLifetimeMs,
    };
    // A rule may cut a token short; that it is dead on arrival the job will see.
    return (0,mismatch/* mismatches */.vJ)(token, grant).filter(({ kind }) => kind !== "dead-on-arrival");
}
async function endAtOnce(name, accessToken, { api, journal }) {
    const status = await (0,revoke_self/* revokeSelf */.l)(api, accessToken);
    if (!(0,token_status/* isLeft */.OC)(status))
        journal.record(name, { kind: "ended" });
    return status;
}
/** Reads the broker's answer to an exchange. @returns undefined for what it does not document */
function readToken(body, accessToken) {
    const { token_id: id, name, scope, services, expires_at: expiresAt, expires_in, ...rest } = (0,broker_client/* parseObject */.lj)(body) ?? {};
    if (typeof id !== "string" || !(0,token/* isId */.eQ)(id) || typeof name !== "string" || typeof scope !== "string")
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
        createdAt: (0,iso_time/* isoTime */.L)(Date.parse(expiresAt) - expires_in * 1000),
        expiresAt,
        lastUsedAt: null,
    };
}

// EXTERNAL MODULE: ./src/text/duration.ts
var duration = __webpack_require__(9495);
// EXTERNAL MODULE: ./src/action/words.ts
var words = __webpack_require__(9579);
;// CONCATENATED MODULE: ./src/action/broker/words.ts



/** What each code of the broker means for the job, and what to do about it; docs/broker/errors.md lists the same. */
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
/** Why the job got no token through the broker. */
function notExchanged(outcome, { url, rule, audience }) {
    const later = "post tries again";
    switch (outcome.kind) {
        case "refused":
            return `This job got no Fastly token by the rule ${(0,log/* quoted */.TL)(rule)}. ${refusalWords(outcome.refusal)}`;
        case "wider":
            return `The broker handed out token ${outcome.token.id}, but ${outcome.mismatches.map(words/* mismatchWords */.gk).join("; ")}. The job does not get it. ${(0,words/* endingWords */.fg)(outcome.status, later)} Check that the action and the broker are of the same version.`;
        case "malformed":
            return `The broker handed out a token, but ${outcome.reason}. The job does not get it. ${(0,words/* endingWords */.fg)(outcome.status, later)}`;
        case "no-jwt":
            return `This job got no Fastly token, because GitHub gave it no OIDC token for the audience ${(0,log/* quoted */.TL)(audience)} (${outcome.reason}). ${jwtRemedy(outcome.status)}`;
        case "failed":
            return `This job got no Fastly token, because the broker at ${(0,log/* quoted */.TL)(new URL(url).origin)} gave no usable response (${outcome.reason}).${triedWords(outcome.tries)} Check the input broker, and that the broker is running; post looks for what may have been created.`;
        case "interrupted":
            return "Interrupted before this job got a Fastly token; post ends whatever was created.";
    }
}
function refusalWords({ code, description, failedClaims, requestId }) {
    const { what, remedy } = brokerErrorWords[code];
    const said = description === "" ? "" : ` The broker says: ${(0,log/* quoted */.TL)(description, 200)}.`;
    const claims = failedClaims.map(({ claim, value }) => `\n${claim} is ${(0,log/* quoted */.TL)(value, 200)}`).join("");
    const id = requestId === "" ? "" : ` (${code}, request ${requestId})`;
    return `${what} ${remedy}${said}${id}${claims}`;
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
    return `No token yet (${why}); trying again in ${(0,duration/* formatDuration */.a)(waitMs)}.`;
}

;// CONCATENATED MODULE: ./src/action/broker/create-through-broker.ts






/** Creates the job's token through the broker. */
async function createThroughBroker({ route, asked }, name, api, journal) {
    return withBroker(route, api, async (ports) => {
        const outcome = await mintThroughBroker(route, name, asked, {
            ...ports,
            api,
            journal,
            say: (why, waitMs) => (0,log/* info */.pq)(tryingAgain(why, waitMs)),
        });
        return outcome.kind === "minted"
            ? { ...outcome, isShort: false }
            : { kind: "refused", text: notExchanged(outcome, route) };
    });
}
/** Works with a broker over a connection of its own, within the same bounds as Fastly's API. */
async function withBroker(route, { deadline, signal, clock, random }, work) {
    const source = (0,broker/* readJwtSource */.Zj)();
    (0,log/* hide */.jD)(source.requestToken);
    const transport = (0,action_transport/* transportThrough */.J)(route.proxy ?? undefined)(new URL(route.url).origin);
    try {
        const openTransport = (0,action_transport/* transportThrough */.J)(route.jwtProxy ?? undefined);
        return await work({ transport, source, openTransport, userAgent: user_agent/* userAgent */.N, deadline, signal, clock, random, hide: log/* hide */.jD });
    }
    finally {
        await transport.close();
    }
}


/***/ })

};
;