"use strict";
exports.id = 945;
exports.ids = [945];
exports.modules = {

/***/ 4973:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RS: () => (/* binding */ readBrokerInputs),
/* harmony export */   VQ: () => (/* binding */ readBrokerRoute),
/* harmony export */   W3: () => (/* binding */ hasBroker),
/* harmony export */   Zj: () => (/* binding */ readJwtSource),
/* harmony export */   vx: () => (/* binding */ readKeyFromBroker)
/* harmony export */ });
/* harmony import */ var _environment_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3899);
/* harmony import */ var _grant_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3196);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4650);
/* harmony import */ var _network_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5707);




function hasBroker() {
    return ["broker", "rule", "audience"].some((input) => (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)(input) !== "");
}
function readBrokerInputs() {
    const readings = {
        route: readBrokerRoute(),
        asked: readNarrowing(),
        onlyBroker: refuseCredentials(),
        permission: requirePermission(),
    };
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .together */ .bs)(readings);
}
function readKeyFromBroker() {
    const readings = {
        route: readBrokerRoute(),
        onlyBroker: refuseCredentials("api-key"),
        permission: requirePermission(),
    };
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .mapInputs */ .k3)((0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .together */ .bs)(readings), ({ route }) => route);
}
function readBrokerRoute() {
    const readings = (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .together */ .bs)({
        url: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("broker", parseBrokerUrl),
        rule: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("rule", parseRule),
        audience: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("audience", parseAudience),
    });
    if (readings.kind === "invalid")
        return readings;
    const { url, rule, audience } = readings.inputs;
    const toBroker = (0,_network_js__WEBPACK_IMPORTED_MODULE_2__/* .routeTo */ .US)(url);
    if (toBroker.kind === "invalid")
        return toBroker;
    const toGitHub = (0,_network_js__WEBPACK_IMPORTED_MODULE_2__/* .routeTo */ .US)((0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)(requestUrl));
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .valid */ .rZ)({
        url,
        rule,
        audience: audience === "" ? new URL(url).origin : audience,
        proxy: toBroker.inputs.proxy ?? null,
        jwtProxy: toGitHub.kind === "valid" ? (toGitHub.inputs.proxy ?? null) : null,
    });
}
function parseBrokerUrl(text) {
    return text === ""
        ? (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("is empty. Give the URL of the token broker, or username and password.")
        : (0,_network_js__WEBPACK_IMPORTED_MODULE_2__/* .parseApiUrl */ .nV)(text);
}
function parseRule(text) {
    if (text === "")
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("is empty. Give the id of the broker's rule that this job asks for.");
    return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)
        ? (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .good */ .uw)(text)
        : (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("is not the id of a rule. Use letters, digits, dots, hyphens and underscores, as in the broker's configuration.");
}
function parseAudience(text) {
    return text.length <= 200 && /^[\x21-\x7e]*$/.test(text)
        ? (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .good */ .uw)(text)
        : (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("is not an audience. Use up to 200 visible characters without spaces, or leave it out for the broker's origin.");
}
function readNarrowing() {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .together */ .bs)({
        ...((0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)("scope") === "" ? {} : { scopes: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("scope", _grant_js__WEBPACK_IMPORTED_MODULE_0__/* .parseScopes */ .Fg) }),
        ...((0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)("services") === "" ? {} : { services: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("services", _grant_js__WEBPACK_IMPORTED_MODULE_0__/* .parseServices */ .En) }),
        ...((0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)("expires-in") === "" ? {} : { lifetimeMs: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("expires-in", _grant_js__WEBPACK_IMPORTED_MODULE_0__/* .parseLifetime */ .$u) }),
    });
}
function refuseCredentials(...more) {
    const given = ["username", "password", "totp-secret", ...more].filter((input) => (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)(input) !== "");
    if (given.length === 0 || (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)("broker") === "")
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .valid */ .rZ)(undefined);
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .invalid */ .Gq)("broker", `is given together with ${given.join(" and ")}. Remove them: with a broker, GitHub holds no Fastly secret.`);
}
const requestUrl = "ACTIONS_ID_TOKEN_REQUEST_URL";
function requirePermission() {
    if ((0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)(requestUrl) !== "" && (0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)("ACTIONS_ID_TOKEN_REQUEST_TOKEN") !== "")
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .valid */ .rZ)(undefined);
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .invalid */ .Gq)("broker", "needs this job's OIDC token, and the job may not ask for one. Add permissions: id-token: write to the job, and contents: read if it checks out code. Workflows that a fork's pull request starts never get one.");
}
function readJwtSource() {
    return { requestUrl: (0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)(requestUrl), requestToken: (0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)("ACTIONS_ID_TOKEN_REQUEST_TOKEN") };
}


/***/ }),

/***/ 1431:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  so: () => (/* binding */ judgeCredentials),
  FF: () => (/* binding */ judgeKey),
  L1: () => (/* binding */ readCredentials),
  n5: () => (/* binding */ readSecret)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 4 modules
var core = __webpack_require__(2486);
// EXTERNAL MODULE: ./src/fastly/shapes.ts
var shapes = __webpack_require__(267);
// EXTERNAL MODULE: ./src/text/secret-forms.ts
var secret_forms = __webpack_require__(8613);
;// CONCATENATED MODULE: ./src/token/otp.ts
function readTotpSecret(text) {
    const packed = text.replace(/\s/g, "");
    if (/^otpauth-migration:/i.test(packed))
        return "is an export of several accounts; give the secret of this one";
    if (/^otpauth(?::|%3a)/i.test(packed))
        return readUri(packed);
    const secret = bare(packed);
    if (!isBase32(secret))
        return "is not base32 (the letters A to Z and the digits 2 to 7)";
    return { secret, algorithm: "SHA1", digits: 6, period: 30 };
}
async function otpSourceFrom(secret) {
    const parameters = readTotpSecret(secret);
    if (typeof parameters === "string")
        throw new Error(parameters);
    const { TOTP } = await __webpack_require__.e(/* import() */ 107).then(__webpack_require__.bind(__webpack_require__, 107));
    const totp = new TOTP({ ...parameters });
    return { kind: "computed", stepMs: totp.period * 1000, otpAt: (ms) => totp.generate({ timestamp: ms }) };
}
const noUri = "is not an otpauth://totp/ URI with a secret";
function readUri(text) {
    const uri = /^otpauth%3a/i.test(text) ? decoded(text) : text;
    const [, query] = /^otpauth:\/{0,2}totp(?:\/[^?#]*)?\?([^#]*)/i.exec(uri) ?? [];
    if (query === undefined)
        return noUri;
    const parameters = new Map();
    for (const pair of query.split(/&(?:amp;)*/i)) {
        const [name = "", ...value] = pair.split("=");
        const key = name.toLowerCase();
        if (!parameters.has(key))
            parameters.set(key, decoded(value.join("=").replaceAll("+", " ")).trim());
    }
    const secret = bare(parameters.get("secret") ?? "");
    if (!isBase32(secret))
        return noUri;
    const algorithm = (parameters.get("algorithm") || "SHA1").toUpperCase().replace(/^(?:HMAC-?)?SHA-?/, "SHA");
    const digits = Number(parameters.get("digits") || 6);
    const period = Number(parameters.get("period") || 30);
    const isKnown = /^SHA(?:1|256|512)$/.test(algorithm) && isWithin(digits, 6, 10) && isWithin(period, 1, 300);
    return isKnown
        ? { secret, algorithm, digits, period }
        : "has an algorithm, digits or a period that is not supported";
}
function bare(text) {
    return text
        .replace(/[\s-]/g, "")
        .replace(/(?:=|%3d)+$/i, "")
        .toUpperCase();
}
function isBase32(text) {
    return /^[A-Z2-7]{8,}$/.test(text);
}
function isWithin(value, least, most) {
    return Number.isInteger(value) && value >= least && value <= most;
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}

// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/inputs/input.ts
var inputs_input = __webpack_require__(4650);
// EXTERNAL MODULE: ./src/action/inputs/slips.ts
var slips = __webpack_require__(1489);
;// CONCATENATED MODULE: ./src/action/inputs/credentials.ts







function readCredentials() {
    const username = readSecret("username").trim();
    const password = readSecret("password");
    const totpSecret = readSecret("totp-secret").trim();
    if (username !== "" && password !== "")
        (0,log/* hide */.jD)((0,secret_forms/* basicForm */.f0)(username, password));
    const totp = readTotpSecret(totpSecret);
    if (typeof totp !== "string")
        for (const form of [totp.secret, totp.secret.toLowerCase()])
            (0,log/* hide */.jD)(form);
    return { username, password, totpSecret };
}
async function judgeCredentials({ username, password, totpSecret, }) {
    return (0,inputs_input/* together */.bs)({
        username: judgeSecret("username", username),
        password: judgeSecret("password", password),
        otpSource: await judgeTotpSecret(totpSecret),
    });
}
const whyEmpty = [
    "If it comes from an environment's secret, the job must name that environment with environment:.",
    "Otherwise check the secret's name.",
    "Workflows that a fork or Dependabot starts get none of the repository's secrets.",
].join(" ");
function judgeSecret(input, value) {
    if (value === "")
        return (0,inputs_input/* invalid */.Gq)(input, `is empty. ${whyEmpty}`);
    const slip = secretSlip(value);
    return slip === undefined ? (0,inputs_input/* valid */.rZ)(value) : (0,inputs_input/* invalid */.Gq)(input, slip);
}
function secretSlip(value) {
    if ((0,slips/* isInQuotes */.TI)(value))
        return "begins and ends with quotation marks. Store the secret without them: GitHub keeps every character of it.";
    if (/^[\s\p{Cf}]|[\s\p{Cf}]$/u.test(value))
        return "begins or ends with a space or an invisible character. Store the secret without it: GitHub keeps every character of it.";
    if (/\$\{\{.*\}\}/s.test(value))
        return "holds an expression that GitHub did not evaluate. Write it in the workflow itself, not in a secret.";
    if (/^\*{3,}$/.test(value))
        return "holds asterisks alone: GitHub shows them in the place of a secret. Store the secret itself.";
    return undefined;
}
async function judgeTotpSecret(secret) {
    if (secret === "")
        return (0,inputs_input/* valid */.rZ)({ kind: "none" });
    if (/^[\d\s-]{6,10}$/.test(secret) && /^\d{6,8}$/.test(secret.replace(/[\s-]/g, ""))) {
        return (0,inputs_input/* invalid */.Gq)("totp-secret", "is a one-time code, not the secret. The secret is the text that Fastly shows beside the QR code when two-factor authentication is set up.");
    }
    if (/\$\{\{/.test(secret)) {
        return (0,inputs_input/* invalid */.Gq)("totp-secret", "holds an expression that GitHub did not evaluate. Write it in the workflow itself, not in a secret.");
    }
    if ((0,slips/* isInQuotes */.TI)(secret))
        return (0,inputs_input/* invalid */.Gq)("totp-secret", "is in quotation marks. Remove them.");
    const parameters = readTotpSecret(secret);
    if (typeof parameters === "string")
        return (0,inputs_input/* invalid */.Gq)("totp-secret", `${parameters}. Use base32 or an otpauth:// URI.`);
    return (0,inputs_input/* valid */.rZ)(await otpSourceFrom(secret));
}
function judgeKey(input, key) {
    const slip = secretSlip(key);
    if (slip !== undefined)
        return (0,inputs_input/* invalid */.Gq)(input, slip);
    if ((0,shapes/* isKey */.m0)(key))
        return (0,inputs_input/* valid */.rZ)(key);
    return (0,inputs_input/* invalid */.Gq)(input, "is not a Fastly token. A token consists of printable characters without spaces.");
}
function readSecret(input) {
    const given = core/* getInput */.V4(input, { trimWhitespace: false });
    const used = given.replace(/^[\r\n]+|[\r\n]+$/g, "");
    for (const form of new Set([given, used, used.trim()]))
        (0,log/* hide */.jD)(form);
    return used;
}


/***/ }),

/***/ 3899:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $6: () => (/* binding */ hasSummaryFile),
/* harmony export */   cA: () => (/* binding */ environment),
/* harmony export */   mT: () => (/* binding */ environmentVariable),
/* harmony export */   xW: () => (/* binding */ variablesHolding)
/* harmony export */ });
function environment(name) {
    return process.env[name] ?? "";
}
function environmentVariable(name) {
    return process.env[name];
}
function variablesHolding(value) {
    return Object.entries(process.env).flatMap(([name, held]) => (held === value ? [name] : []));
}
function hasSummaryFile() {
    return environment("GITHUB_STEP_SUMMARY") !== "";
}


/***/ }),

/***/ 3196:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $u: () => (/* binding */ parseLifetime),
/* harmony export */   En: () => (/* binding */ parseServices),
/* harmony export */   Fg: () => (/* binding */ parseScopes),
/* harmony export */   Q_: () => (/* binding */ parseLabel),
/* harmony export */   UX: () => (/* binding */ idsOf),
/* harmony export */   v7: () => (/* binding */ readGrant)
/* harmony export */ });
/* harmony import */ var _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(267);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4650);
/* harmony import */ var _slips_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1489);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4282);




function readGrant() {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .together */ .bs)({
        scopes: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("scope", parseScopes),
        services: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("services", parseServices),
        lifetimeMs: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("expires-in", (text) => parseLifetime(text === "" ? defaultLifetime : text)),
    });
}
const defaultLifetime = "1h";
const parseLifetime = (0,_values_js__WEBPACK_IMPORTED_MODULE_3__/* .durationBetween */ .h9)(_values_js__WEBPACK_IMPORTED_MODULE_3__/* .minute */ .Vc, 24 * _values_js__WEBPACK_IMPORTED_MODULE_3__/* .hour */ .nW);
const allowedScopes = `Use one or more of ${_fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__/* .scopes */ .Wu.join(", ")}, separated by spaces.`;
function parseScopes(text) {
    const parts = (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .splitList */ .ry)(text);
    if (parts.length === 0)
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)(`is empty, and it has no default: a token should do no more than its job needs. ${allowedScopes}`);
    const slip = (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .listSlip */ .J$)(text);
    if (slip !== undefined)
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)(`${slip} ${allowedScopes}`);
    const unknown = parts.findIndex((part) => !isScope(part));
    if (unknown !== -1)
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)(`${scopeSlip(parts, unknown)} ${allowedScopes}`);
    const found = parts.filter(isScope);
    if (found.includes("global") && found.length > 1)
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("names global beside another scope. global holds the others: choose one, the narrower where it is enough.");
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .good */ .uw)(found);
}
function isScope(text) {
    return _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__/* .scopes */ .Wu.includes(text);
}
const scopesByOtherNames = new Map([
    ...["read", "readonly", "read-only", "read_only"].map((name) => [name, "global:read"]),
    ...["purge_key", "purge_keys", "purge_url", "purge_single", "purge-key", "purge-url"].map((name) => [name, "purge_select"]),
]);
function scopeSlip(parts, index) {
    const part = parts[index] ?? "";
    const position = parts.length === 1 ? "" : ` in item ${index + 1} of ${parts.length}`;
    const whole = (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .nearest */ .pA)(parts.join("_"), _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__/* .scopes */ .Wu);
    if (whole !== undefined && parts.length > 1)
        return `has a space in ${whole}; did you mean ${whole}?`;
    const alias = scopesByOtherNames.get(part.toLowerCase());
    if (alias !== undefined)
        return `has ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(part, alias).replace(";", `${position};`)}`;
    if (/^purge$/i.test(part))
        return `has "purge"${position}; did you mean purge_all or purge_select?`;
    const meant = (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .nearest */ .pA)(part, _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__/* .scopes */ .Wu);
    if (meant !== undefined)
        return `has ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(part, meant).replace(";", `${position};`)}`;
    return `is not a scope: ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .describeItem */ .f)(parts, index)} is unknown.`;
}
const whereIdsAre = "An ID has 22 letters and digits; find it in Fastly's control panel, below the service's name.";
function parseServices(text) {
    const parts = (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .splitList */ .ry)(text);
    if (parts.length === 0)
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("is empty. If it comes from a variable, that variable is not set in this job. Give the IDs of the services that the job touches, separated by spaces, or * for every service.");
    if (parts.includes("*")) {
        return parts.length === 1
            ? (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .good */ .uw)([])
            : (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("has * beside other items. Give * alone for every service, or IDs alone.");
    }
    if (parts.length === 1 && /^(?:all|any|every|\*+|\.\*)$/i.test(parts[0] ?? ""))
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)(`is ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(parts[0] ?? "", "*")} ${whereIdsAre}`);
    return parseIds(text, "a service ID", { isOne: isServiceId, remedy: whereIdsAre });
}
function idsOf(what) {
    return (text) => parseIds(text, what, { isOne: _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__/* .isId */ .eQ, remedy: "An ID has 22 letters and digits." });
}
function parseIds(text, what, { isOne, remedy }) {
    const parts = (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .splitList */ .ry)(text);
    const wrong = parts.findIndex((part) => !isOne(part));
    const slip = /:\/\//.test(text) ? "is a URL, not an ID." : (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .listSlip */ .J$)(text);
    if (wrong !== -1 && slip !== undefined)
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)(`${slip} ${remedy}`);
    if (wrong !== -1)
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)(`is not ${what}: ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .describeItem */ .f)(parts, wrong)} is not an ID. ${remedy}`);
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .good */ .uw)(parts);
}
function isServiceId(text) {
    return /^[A-Za-z0-9]{18,24}$/.test(text);
}
const longestLabel = 100;
function parseLabel(text) {
    const label = text.trim();
    const { length } = encodeURIComponent(label.toWellFormed());
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(label))
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("holds a line end or another control character. Use plain text on one line.");
    if (length > longestLabel) {
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)(`has ${length} characters, counted as a URL would write them. Use up to ${longestLabel}.`);
    }
    return (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .isInQuotes */ .TI)(label) ? (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .bad */ .MB)("is in quotation marks. Remove them.") : (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .good */ .uw)(label);
}


/***/ }),

/***/ 4650:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gq: () => (/* binding */ invalid),
/* harmony export */   LF: () => (/* binding */ read),
/* harmony export */   MB: () => (/* binding */ bad),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   bs: () => (/* binding */ together),
/* harmony export */   dd: () => (/* binding */ valueOr),
/* harmony export */   k3: () => (/* binding */ mapInputs),
/* harmony export */   rZ: () => (/* binding */ valid),
/* harmony export */   uw: () => (/* binding */ good)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2486);

const good = (value) => ({ ok: true, value });
const bad = (problem) => ({ ok: false, problem });
const valid = (inputs) => ({ kind: "valid", inputs });
function invalid(input, problem) {
    return { kind: "invalid", problems: [{ input, problem }] };
}
function read(input, parser, fallback = "") {
    const parsed = parser(textOf(input) || fallback);
    return parsed.ok ? valid(parsed.value) : invalid(input, parsed.problem);
}
function textOf(input) {
    return _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(input);
}
function together(parts) {
    const readings = Object.entries(parts);
    const problems = readings.flatMap(([, part]) => (part.kind === "invalid" ? part.problems : []));
    if (problems.length > 0)
        return { kind: "invalid", problems };
    const values = readings.flatMap(([name, part]) => (part.kind === "valid" ? [[name, part.inputs]] : []));
    return valid(Object.fromEntries(values));
}
function mapInputs(reading, change) {
    return reading.kind === "valid" ? valid(change(reading.inputs)) : reading;
}
function valueOr(reading, otherwise) {
    return reading.kind === "valid" ? reading.inputs : otherwise;
}


/***/ }),

/***/ 2496:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  VA: () => (/* binding */ formerInputs),
  p8: () => (/* binding */ readMainInputs),
  qo: () => (/* binding */ replacements)
});

// EXTERNAL MODULE: ./src/action/inputs/broker.ts
var broker = __webpack_require__(4973);
// EXTERNAL MODULE: ./src/action/inputs/credentials.ts + 1 modules
var credentials = __webpack_require__(1431);
// EXTERNAL MODULE: ./src/action/inputs/environment.ts
var environment = __webpack_require__(3899);
// EXTERNAL MODULE: ./src/action/inputs/input.ts
var inputs_input = __webpack_require__(4650);
// EXTERNAL MODULE: ./src/action/inputs/slips.ts
var slips = __webpack_require__(1489);
;// CONCATENATED MODULE: ./src/action/inputs/export-env.ts


const usual = ["FASTLY_API_TOKEN", "FASTLY_API_KEY"];
const allowed = "Use names of environment variables for a token: they end in TOKEN, KEY or SECRET, such as FASTLY_API_TOKEN or FASTLY_API_KEY.";
function parseVariableNames(text) {
    const names = (0,slips/* splitList */.ry)(text);
    if (names.length === 0)
        return (0,inputs_input/* good */.uw)([]);
    if (/^(?:true|yes|on|1|false|no|off|0)$/i.test(text.trim()))
        return (0,inputs_input/* bad */.MB)(`is not a switch: it takes the names of variables. ${allowed}`);
    if (text.includes("="))
        return (0,inputs_input/* bad */.MB)(`holds =. Give names alone: the value is the token. ${allowed}`);
    if (/^\$[A-Za-z_{]/.test(text.trim()))
        return (0,inputs_input/* bad */.MB)(`holds $. Give names alone, without it. ${allowed}`);
    const slip = (0,slips/* listSlip */.J$)(text);
    if (slip !== undefined)
        return (0,inputs_input/* bad */.MB)(`${slip} ${allowed}`);
    const wrong = names.findIndex((name) => !isForTokens(name));
    if (wrong === -1)
        return (0,inputs_input/* good */.uw)(names);
    const name = names[wrong] ?? "";
    const meant = /^\w+$/.test(name) ? undefined : (0,slips/* nearest */.pA)(name, usual);
    if (meant !== undefined)
        return (0,inputs_input/* bad */.MB)(`is not the name of a variable; did you mean ${meant}? ${allowed}`);
    return (0,inputs_input/* bad */.MB)(`has a name that cannot be used: ${(0,slips/* describeItem */.f)(names, wrong)} ${whyNot(name)} ${allowed}`);
}
function whyNot(name) {
    if (belongsToOthers.test(name))
        return "is a variable that the runner or another tool reads for itself.";
    return "is not a name for a token.";
}
const belongsToOthers = new RegExp(`^(?:${[
    "GITHUB GH RUNNER ACTIONS INPUT STATE CI GITLAB BITBUCKET CIRCLE",
    "NODE NPM YARN PNPM JSR DENO CARGO GEM NUGET PIP TWINE UV COMPOSER HOMEBREW DOCKER",
    "AWS AZURE ARM GOOGLE GCP GCLOUD CLOUDFLARE DIGITALOCEAN HCLOUD LINODE HEROKU NETLIFY VERCEL FLY",
    "VAULT PULUMI TFE TF_TOKEN SONAR CODECOV SNYK SENTRY DD DATADOG SLACK HF ANTHROPIC OPENAI",
    "SSH GPG GIT BASH LD DYLD PYTHON PERL PERL5 RUBY JAVA",
]
    .join(" ")
    .replaceAll(" ", "|")})_`, "i");
function isForTokens(name) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name) || belongsToOthers.test(name))
        return false;
    return /(?:TOKEN|KEY|SECRET)$/i.test(name) || /^FASTLY_API_(?:TOKEN|KEY)_/.test(name);
}

// EXTERNAL MODULE: ./src/action/inputs/grant.ts
var grant = __webpack_require__(3196);
// EXTERNAL MODULE: ./src/action/inputs/network.ts + 1 modules
var network = __webpack_require__(5707);
// EXTERNAL MODULE: ./src/action/inputs/run.ts
var run = __webpack_require__(2971);
// EXTERNAL MODULE: ./src/action/inputs/settings.ts
var settings = __webpack_require__(3329);
;// CONCATENATED MODULE: ./src/action/inputs/main-inputs.ts









async function readMainInputs(given) {
    const readings = {
        source: await readSource(given),
        tokenName: (0,inputs_input/* mapInputs */.k3)((0,inputs_input/* read */.LF)("label", grant/* parseLabel */.Q_), (label) => (0,run/* readTokenName */.n)("job", label)),
        exportEnv: (0,inputs_input/* read */.LF)("export-env", parseVariableNames),
        api: (0,network/* readApiAddress */.$F)(),
        settings: (0,settings/* readSettings */.sb)(),
        files: requireFiles((0,inputs_input/* textOf */.b6)("export-env") === "" ? [] : ["GITHUB_ENV"]),
    };
    return (0,inputs_input/* together */.bs)(readings);
}
async function readSource(given) {
    if ((0,broker/* hasBroker */.W3)())
        return (0,inputs_input/* mapInputs */.k3)((0,broker/* readBrokerInputs */.RS)(), (inputs) => ({ kind: "broker", ...inputs }));
    const readings = { credentials: await (0,credentials/* judgeCredentials */.so)(given), grant: (0,grant/* readGrant */.v7)() };
    return (0,inputs_input/* mapInputs */.k3)((0,inputs_input/* together */.bs)(readings), (inputs) => ({
        kind: "user",
        ...inputs,
    }));
}
function requireFiles(more) {
    const missing = ["GITHUB_STATE", "GITHUB_OUTPUT", ...more].filter((file) => (0,environment/* environment */.cA)(file) === "");
    const problem = "is not set: this action runs on GitHub's runner, or on one like it.";
    const problems = missing.map((input) => ({ input, problem }));
    return problems.length > 0 ? { kind: "invalid", problems } : (0,inputs_input/* valid */.rZ)(undefined);
}
function formerInputs() {
    return Object.keys(replacements).filter((input) => (0,inputs_input/* textOf */.b6)(input) !== "");
}
const replacements = {
    name: "Give the label in the input label; the output name is the token's whole name.",
    otp: "Give the user's two-factor secret in totp-secret: a code that is typed in has expired before the job starts.",
    "api-key": "Leave it out: username and password are enough.",
};


/***/ }),

/***/ 5707:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Bv: () => (/* binding */ hideProxy),
  nV: () => (/* binding */ parseApiUrl),
  YR: () => (/* binding */ parseProxy),
  ZZ: () => (/* binding */ parseTimeout),
  $F: () => (/* binding */ readApiAddress),
  yj: () => (/* binding */ readGitHubAddress),
  US: () => (/* binding */ routeTo)
});

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./src/http/proxy.ts
const proxyVariables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const exemptionVariables = ["no_proxy", "NO_PROXY"];
function proxyFor(url, env) {
    const named = firstOf(proxyVariables, env);
    if (named === undefined || url.protocol !== "https:")
        return undefined;
    if (isExempt(url, firstOf(exemptionVariables, env) ?? ""))
        return undefined;
    return named.includes("://") ? named : `http://${named}`;
}
function isExempt({ hostname, port }, noProxy) {
    return noProxy
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((entry) => entry !== "")
        .some((entry) => {
        if (entry === "*")
            return true;
        const { host, port: onlyPort } = partsOf(entry);
        if (onlyPort !== undefined && Number(onlyPort) !== Number(port || "443"))
            return false;
        return hostname === host || (!isAddress(hostname) && hostname.endsWith(`.${host}`));
    });
}
function partsOf(entry) {
    const bare = entry.replace(/^\*?\.(?=.)/, "");
    if (/^[^[\]]*:[^[\]]*:/.test(bare))
        return { host: `[${bare}]`, port: undefined };
    const [, host = bare, port] = /^(.*?)(?::(\d+))?$/.exec(bare) ?? [];
    return { host: host.replace(/\.$/, ""), port };
}
function isAddress(hostname) {
    return hostname.startsWith("[") || /^\d+(?:\.\d+){3}$/.test(hostname);
}
function firstOf(names, env) {
    return names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
}

// EXTERNAL MODULE: ./src/text/secret-forms.ts
var secret_forms = __webpack_require__(8613);
// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/inputs/environment.ts
var environment = __webpack_require__(3899);
// EXTERNAL MODULE: ./src/action/inputs/input.ts
var input = __webpack_require__(4650);
// EXTERNAL MODULE: ./src/action/inputs/slips.ts
var slips = __webpack_require__(1489);
// EXTERNAL MODULE: ./src/action/inputs/values.ts
var values = __webpack_require__(4282);
;// CONCATENATED MODULE: ./src/action/inputs/network.ts








const parseTimeout = (0,values/* durationBetween */.h9)(values/* second */.Rc, 10 * values/* minute */.Vc);
function readApiAddress() {
    const apiUrl = (0,input/* read */.LF)("api-url", parseApiUrl, "https://api.fastly.com");
    return apiUrl.kind === "valid" ? routeTo(apiUrl.inputs) : apiUrl;
}
function routeTo(apiUrl) {
    const proxy = readProxy(apiUrl);
    return proxy.kind === "valid" ? (0,input/* valid */.rZ)({ apiUrl, proxy: proxy.inputs }) : proxy;
}
const allowedUrls = "Use an https URL (http on loopback only), without user, query or fragment.";
function parseApiUrl(text) {
    if (/^\$|\$\{\{/.test(text))
        return (0,input/* bad */.MB)(`${slips/* unexpanded */.JV} ${allowedUrls}`);
    if ((0,slips/* isInQuotes */.TI)(text))
        return (0,input/* bad */.MB)(`is in quotation marks. Remove them. ${allowedUrls}`);
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
        return (0,input/* bad */.MB)(`has no scheme: https:// is missing before the host, as in https://api.fastly.com. ${allowedUrls}`);
    const url = URL.parse(text);
    if (!url)
        return (0,input/* bad */.MB)(`is not a URL. ${allowedUrls}`);
    if (url.username !== "" || url.password !== "")
        return (0,input/* bad */.MB)(`holds a user name or a password. ${allowedUrls}`);
    if (url.search !== "" || url.hash !== "")
        return (0,input/* bad */.MB)(`holds a query or a fragment. ${allowedUrls}`);
    if (!isSafe(url))
        return (0,input/* bad */.MB)(`would carry credentials unencrypted: use https://. ${allowedUrls}`);
    return (0,input/* good */.uw)(url.href.replace(/\/+$/, ""));
}
function isSafe(url) {
    return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}
function isLoopback(host) {
    return host === "localhost" || host === "[::1]" || ((0,external_node_net_.isIP)(host) === 4 && host.startsWith("127."));
}
function readProxy(apiUrl) {
    const target = URL.parse(apiUrl);
    const variables = [...proxyVariables, ...exemptionVariables].map((name) => [name, (0,environment/* environment */.cA)(name)]);
    const named = target ? proxyFor(target, Object.fromEntries(variables)) : undefined;
    if (named === undefined)
        return (0,input/* valid */.rZ)(undefined);
    const proxy = parseProxy(named);
    if (proxy === undefined) {
        return (0,input/* invalid */.Gq)("HTTPS_PROXY", "is not the URL of a proxy. Use http://host:port or http://user:password@host:port, with each % written as %25.");
    }
    hideProxy(proxy);
    return (0,input/* valid */.rZ)(proxy.href);
}
function parseProxy(text) {
    const proxy = URL.parse(text);
    return proxy && /^https?:$/.test(proxy.protocol) && credentialsOf(proxy) ? proxy : undefined;
}
function hideProxy(proxy) {
    const { username, password } = credentialsOf(proxy) ?? { username: "", password: "" };
    if (password === "") {
        (0,log/* hide */.jD)(username);
        (0,log/* hide */.jD)(proxy.username);
    }
    else {
        (0,log/* hide */.jD)(password);
        (0,log/* hide */.jD)(proxy.password);
        (0,log/* hide */.jD)(`${proxy.username}:${proxy.password}`);
    }
    if (username + password !== "")
        (0,log/* hide */.jD)((0,secret_forms/* basicForm */.f0)(username, password));
}
function credentialsOf({ username, password }) {
    try {
        return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
    }
    catch {
        return undefined;
    }
}
function readGitHubAddress() {
    const given = (0,environment/* environment */.cA)("GITHUB_API_URL");
    if (given === "")
        return (0,input/* invalid */.Gq)("GITHUB_API_URL", "is not set: GitHub's runner sets it.");
    const parsed = parseApiUrl(given);
    if (parsed.ok)
        return routeTo(parsed.value);
    return (0,input/* invalid */.Gq)("GITHUB_API_URL", parsed.problem);
}


/***/ }),

/***/ 2971:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ readTokenName)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _token_token_name_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1210);
/* harmony import */ var _environment_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3899);



function readTokenName(use, label) {
    return {
        server: readServer(),
        repository: (0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_1__/* .isRepository */ .Z6)((0,_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environment */ .cA)("GITHUB_REPOSITORY"))
            ? (0,_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environment */ .cA)("GITHUB_REPOSITORY")
            : _token_token_name_js__WEBPACK_IMPORTED_MODULE_1__/* .unknownRun */ .ih.repository,
        runId: matching("GITHUB_RUN_ID", /^\d{1,15}$/, _token_token_name_js__WEBPACK_IMPORTED_MODULE_1__/* .unknownRun */ .ih.runId),
        runAttempt: matching("GITHUB_RUN_ATTEMPT", /^\d{1,10}$/, "1"),
        job: matching("GITHUB_JOB", /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, "unknown"),
        use,
        nonce: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(10).toString("hex"),
        label,
    };
}
function readServer() {
    const host = URL.parse((0,_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environment */ .cA)("GITHUB_SERVER_URL"))?.host ?? "";
    return (0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_1__/* .isServer */ .S$)(host) ? host : _token_token_name_js__WEBPACK_IMPORTED_MODULE_1__/* .unknownRun */ .ih.server;
}
function matching(name, pattern, otherwise) {
    const value = (0,_environment_js__WEBPACK_IMPORTED_MODULE_2__/* .environment */ .cA)(name);
    return pattern.test(value) ? value : otherwise;
}


/***/ }),

/***/ 3329:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   De: () => (/* binding */ settingsOrDefaults),
/* harmony export */   L_: () => (/* binding */ readSummary),
/* harmony export */   OW: () => (/* binding */ readTimeout),
/* harmony export */   sb: () => (/* binding */ readSettings),
/* harmony export */   wZ: () => (/* binding */ isSettings)
/* harmony export */ });
/* harmony import */ var _text_json_object_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9257);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4650);
/* harmony import */ var _network_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5707);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4282);




function readSettings() {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .together */ .bs)(readings());
}
function settingsOrDefaults() {
    const { revoke, failOnRevokeError, summary, timeoutMs } = readings();
    return {
        revoke: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .valueOr */ .dd)(revoke, true),
        failOnRevokeError: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .valueOr */ .dd)(failOnRevokeError, false),
        summary: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .valueOr */ .dd)(summary, true),
        timeoutMs: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .valueOr */ .dd)(timeoutMs, _values_js__WEBPACK_IMPORTED_MODULE_2__/* .minute */ .Vc),
    };
}
function readings() {
    return {
        revoke: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .read */ .LF)("revoke", _values_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .yG, "true"),
        failOnRevokeError: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .read */ .LF)("fail-on-revoke-error", _values_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .yG, "false"),
        summary: readSummary(),
        timeoutMs: readTimeout(),
    };
}
function readSummary() {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .read */ .LF)("summary", _values_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .yG, "true");
}
function readTimeout() {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .read */ .LF)("timeout", _network_js__WEBPACK_IMPORTED_MODULE_1__/* .parseTimeout */ .ZZ, "60s");
}
function isSettings(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .G)(value) || typeof value.timeoutMs !== "number")
        return false;
    if (!(value.timeoutMs >= _values_js__WEBPACK_IMPORTED_MODULE_2__/* .second */ .Rc && value.timeoutMs <= 10 * _values_js__WEBPACK_IMPORTED_MODULE_2__/* .minute */ .Vc))
        return false;
    return ["revoke", "failOnRevokeError", "summary"].every((name) => typeof value[name] === "boolean");
}


/***/ }),

/***/ 1489:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J$: () => (/* binding */ listSlip),
/* harmony export */   JV: () => (/* binding */ unexpanded),
/* harmony export */   O2: () => (/* binding */ describeLength),
/* harmony export */   TI: () => (/* binding */ isInQuotes),
/* harmony export */   au: () => (/* binding */ didYouMean),
/* harmony export */   f: () => (/* binding */ describeItem),
/* harmony export */   pA: () => (/* binding */ nearest),
/* harmony export */   ry: () => (/* binding */ splitList)
/* harmony export */ });
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8592);

function splitList(text) {
    return [...new Set(text.split(/[\s,]+/).filter((part) => part !== ""))];
}
function describeItem(items, index) {
    const length = describeLength(items[index] ?? "");
    return items.length === 1 ? `the value (${length})` : `item ${index + 1} of ${items.length} (${length})`;
}
function describeLength(text) {
    return text.length === 1 ? "1 character" : `${text.length} characters`;
}
function nearest(text, known) {
    const plain = simplify(text);
    const exact = known.find((word) => simplify(word) === plain);
    if (exact !== undefined)
        return exact;
    const [closest] = known
        .map((word) => ({ word, distance: distance(plain, simplify(word)) }))
        .filter(({ word, distance }) => distance <= (word.length < 5 ? 1 : 2))
        .sort((a, b) => a.distance - b.distance);
    return closest?.word;
}
function didYouMean(text, word) {
    return `${(0,_log_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(text, 30)}; did you mean ${word}?`;
}
function simplify(text) {
    return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
function distance(from, to) {
    let row = Array.from({ length: to.length + 1 }, (_, index) => index);
    for (let i = 1; i <= from.length; i++) {
        const next = [i];
        for (let j = 1; j <= to.length; j++) {
            const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
            next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
        }
        row = next;
    }
    return row.at(-1) ?? 0;
}
function listSlip(text) {
    const trimmed = text.trim();
    if (/^\$|\$\{\{|^%\w+%$/.test(trimmed))
        return unexpanded;
    if (/^[[{]/.test(trimmed))
        return "is written as JSON. This input is a list, not JSON: write its items separated by spaces.";
    if (/^-\s/m.test(trimmed))
        return "is written as a YAML list. Write its items in one text, separated by spaces, without hyphens before them.";
    if (/["'`“”‘’]/.test(trimmed))
        return "holds quotation marks. Remove them.";
    if (/[;|]/.test(trimmed))
        return "has items separated by semicolons or bars. Separate them by spaces.";
    return undefined;
}
const unexpanded = `holds the name of a variable instead of its value. In a workflow, write \${{ env.NAME }} or \${{ vars.NAME }}.`;
function isInQuotes(text) {
    return /^(["'`]).*\1$|^[“‘].*[”’]$/s.test(text) && text.length > 1;
}


/***/ }),

/***/ 4282:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Rc: () => (/* binding */ second),
/* harmony export */   Vc: () => (/* binding */ minute),
/* harmony export */   h9: () => (/* binding */ durationBetween),
/* harmony export */   nW: () => (/* binding */ hour),
/* harmony export */   yG: () => (/* binding */ parseBoolean)
/* harmony export */ });
/* harmony import */ var _text_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9495);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8592);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4650);
/* harmony import */ var _slips_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1489);




const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
function durationBetween(least, most) {
    const range = `Durations go from ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(least)} to ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(most)}.`;
    return (text) => {
        const ms = (0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDuration */ .E9)(text);
        if (ms === undefined)
            return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .bad */ .MB)(`${durationSlip(text, least, most)} ${range}`);
        if (ms > most)
            return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .bad */ .MB)(`is too long: at most ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(most)}. ${range}`);
        if (ms < least)
            return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .bad */ .MB)(`is too short: at least ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(least)}. ${range}`);
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .good */ .uw)(ms);
    };
}
const longExamples = "use 90s, 15m or 1h30m.";
const shortExamples = "use 30s, 90s or 2m.";
function durationSlip(text, least, most) {
    const isAllowed = (ms) => ms >= least && ms <= most;
    const valid = most < hour ? shortExamples : longExamples;
    const trimmed = text.trim();
    if (/^\d{1,5}$/.test(trimmed)) {
        const meant = withUnits(Number(trimmed)).filter(([, ms]) => isAllowed(ms));
        const use = meant.length > 0 ? `use ${either(meant.map(([text]) => text))}.` : valid;
        return `is ${Number(trimmed)}, and a unit is missing; ${use}`;
    }
    if (/^\d+$/.test(trimmed))
        return `(${(0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .describeLength */ .O2)(trimmed)}) has no unit; ${valid}`;
    if (/^\$|\$\{\{/.test(trimmed))
        return _slips_js__WEBPACK_IMPORTED_MODULE_3__/* .unexpanded */ .JV;
    if ((0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .isInQuotes */ .TI)(trimmed))
        return "is in quotation marks. Remove them.";
    const meant = meantDuration(trimmed);
    if (meant !== undefined) {
        const use = isAllowed(meant) ? `use ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(meant)}.` : valid;
        return `is ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(trimmed, 30)}, which is not a valid duration; ${use}`;
    }
    return `(${(0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .describeLength */ .O2)(trimmed)}) is not a valid duration; ${valid}`;
}
function withUnits(count) {
    const inSeconds = [`${count}s`, count * second];
    const short = (0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(count * second);
    if (short !== inSeconds[0])
        return [inSeconds, [short, count * second]];
    return [inSeconds, [`${count}m`, count * minute], [`${count}h`, count * hour]];
}
function either(texts) {
    return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
const words = [
    [/^(?:s|secs?|seconds?)$/i, second],
    [/^(?:m|mins?|minutes?)$/i, minute],
    [/^(?:h|hrs?|hours?)$/i, hour],
    [/^(?:d|days?)$/i, 24 * hour],
    [/^(?:w|wks?|weeks?)$/i, 7 * 24 * hour],
];
function meantDuration(text) {
    if (!/^(?:\d{1,6}(?:[.,]\d{1,3})?\s*[a-z]{1,7}[\s,]*(?:and\s+)?){1,4}$/i.test(text))
        return undefined;
    let ms = 0;
    for (const [, count = "", unit = ""] of text.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)/gi)) {
        const known = words.find(([pattern]) => pattern.test(unit));
        if (!known)
            return undefined;
        ms += Number(count.replace(",", ".")) * known[1];
    }
    return ms;
}
function parseBoolean(text) {
    if (/^(?:true|True|TRUE)$/.test(text))
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .good */ .uw)(true);
    if (/^(?:false|False|FALSE)$/.test(text))
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .good */ .uw)(false);
    const allowed = "Use true or false.";
    const meant = booleanWords.get(text.toLowerCase()) ?? (0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .nearest */ .pA)(text, ["true", "false"]);
    if (meant !== undefined)
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .bad */ .MB)(`is ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .didYouMean */ .au)(text, meant)} ${allowed}`);
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .bad */ .MB)(`(${(0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .describeLength */ .O2)(text)}) is neither true nor false. ${allowed}`);
}
const booleanWords = new Map([
    ...["yes", "y", "on", "1", "enabled"].map((word) => [word, "true"]),
    ...["no", "n", "off", "0", "none", "never", "disabled"].map((word) => [word, "false"]),
]);


/***/ }),

/***/ 8592:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R8: () => (/* binding */ warn),
/* harmony export */   TL: () => (/* binding */ quoted),
/* harmony export */   fJ: () => (/* binding */ fail),
/* harmony export */   jD: () => (/* binding */ hide),
/* harmony export */   pq: () => (/* binding */ info)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2486);
/* harmony import */ var _text_one_line_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3854);
/* harmony import */ var _text_secret_forms_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8613);



function hide(secret) {
    for (const form of (0,_text_secret_forms_js__WEBPACK_IMPORTED_MODULE_1__/* .maskableForms */ .mU)(secret))
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq(form);
}
function info(text) {
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(harmless(text));
}
function warn(text) {
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e(text.split("\n").map(harmless).join("\n"), { title });
}
function fail(text) {
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3(text.split("\n").map(harmless).join("\n"), { title });
    process.exitCode = _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .ExitCode */ .yU.Failure;
}
const title = "Fastly token";
function harmless(text) {
    return (0,_text_one_line_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(text).replaceAll("##[", "# #[");
}
function quoted(text, longest = 80) {
    const line = harmless(text).trim();
    return `"${line.length > longest ? `${line.slice(0, longest)}…` : line}"`;
}


/***/ }),

/***/ 4426:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e: () => (/* binding */ runStep)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 4 modules
var core = __webpack_require__(2486);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./src/action/leave.ts

const shell = "/bin/sh";
async function leave() {
    await writtenOut(process.stdout);
    const code = Number(process.exitCode ?? 0);
    if (isLookingUpNames() && process.platform !== "win32" && process.execve && (0,external_node_fs_.existsSync)(shell)) {
        process.execve(shell, ["sh", "-c", `exit ${code}`], {});
    }
    process.exit(code);
}
function writtenOut(stream) {
    return new Promise((resolve) => {
        stream.write("", () => resolve());
    });
}
function isLookingUpNames() {
    return process.getActiveResourcesInfo().includes("GetAddrInfoReqWrap");
}

// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/runner-files.ts
var runner_files = __webpack_require__(5700);
// EXTERNAL MODULE: ./src/action/words/index.ts + 1 modules
var words = __webpack_require__(8311);
;// CONCATENATED MODULE: ./src/action/run-step.ts





async function runStep(step) {
    try {
        await step();
    }
    catch (caught) {
        const error = caught instanceof Error ? caught : new Error(String(caught));
        (0,log/* fail */.fJ)(explanationOf(error));
        if (core/* isDebug */._o())
            for (const line of (error.stack ?? "").split("\n"))
                (0,log/* info */.pq)(`| ${line}`);
    }
    await leave();
}
function explanationOf(error) {
    if (error instanceof runner_files/* RunnerFileError */.TX)
        return (0,words/* unwritableFile */.Wy)(error.file, error.code);
    const code = (0,runner_files/* systemCodeOf */.c7)(error);
    return code === "ENOSPC" || code === "EDQUOT"
        ? (0,words/* unwritableFile */.Wy)("outputs", code)
        : (0,words/* unexpectedError */.Wm)(error.message);
}


/***/ }),

/***/ 5700:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LZ: () => (/* binding */ saveState),
/* harmony export */   TX: () => (/* binding */ RunnerFileError),
/* harmony export */   c7: () => (/* binding */ systemCodeOf),
/* harmony export */   dN: () => (/* binding */ exportVariable),
/* harmony export */   uH: () => (/* binding */ setOutput)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2486);

class RunnerFileError extends Error {
    name = "RunnerFileError";
    file;
    code;
    constructor(file, cause) {
        super(file, { cause });
        this.file = file;
        this.code = systemCodeOf(cause);
    }
}
function systemCodeOf(error) {
    const { code } = error instanceof Error ? error : {};
    return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
function saveState(key, value) {
    write("state", () => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .saveState */ .LZ(key, value));
}
function setOutput(name, value) {
    write("outputs", () => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, value));
}
function exportVariable(name, value) {
    write("environment variables", () => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .exportVariable */ .dN(name, value));
}
function write(file, writeIt) {
    try {
        writeIt();
    }
    catch (error) {
        throw new RunnerFileError(file, error);
    }
}


/***/ }),

/***/ 6539:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Sy: () => (/* binding */ writeSummary),
/* harmony export */   WH: () => (/* binding */ summarizeRefused),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   bo: () => (/* binding */ summarizeRevocations),
/* harmony export */   n$: () => (/* binding */ moment),
/* harmony export */   uf: () => (/* binding */ summarizeEnded)
/* harmony export */ });
/* unused harmony export table */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _text_duration_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9495);
/* harmony import */ var _text_one_line_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3854);
/* harmony import */ var _text_secret_forms_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8613);
/* harmony import */ var _inputs_environment_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3899);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8592);
/* harmony import */ var _words_revocations_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5729);








function summarizeRefused(text) {
    if (!(0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_6__/* .hasSummaryFile */ .$6)())
        return;
    const lines = text.split("\n").map((line) => (0,_text_secret_forms_js__WEBPACK_IMPORTED_MODULE_3__/* .escapeHtml */ .ZD)((0,_text_one_line_js__WEBPACK_IMPORTED_MODULE_7__/* .oneLine */ .T)(line)));
    writeSummary(`<h4>❌ No Fastly token</h4><p>${lines.join("<br>")}</p>`);
}
function summarizeEnded(tokens, granted) {
    if (!(0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_6__/* .hasSummaryFile */ .$6)())
        return;
    const jobs = tokens.find(({ id }) => granted !== undefined && id === granted.id);
    const others = tokens.filter((token) => token !== jobs);
    const block = jobs && granted ? blockOf(jobs, granted) : "<h4>⚠️ The job got no Fastly token</h4>";
    const rest = others.map((token) => `<li>${code(token.id ?? shortName(token))}: ${statusOf(token)}</li>`);
    const list = `<p>Other tokens that this step asked for:</p><ul>${rest.join("")}</ul>`;
    writeSummary(block + (rest.length > 0 ? list : ""));
}
function blockOf(token, { id, scope, services, at }) {
    const lived = token.status.kind === "revoked" ? ` after ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_2__/* .roughDuration */ .Um)(Date.now() - at)}` : "";
    const headline = [`${outcomeOf(token.status)}${lived}`, scopeOf(scope), servicesOf(services)].join(" · ");
    const named = services.length > 0 ? `<br>Services ${services.map(code).join(" ")}` : "";
    const details = `Token ${code(id)}, which ${expiryOf(token)}${named}<br>Name ${code(shortName(token))}`;
    return `<h4>${headline}</h4><p>${details}</p>`;
}
function scopeOf(scope) {
    return scope.split(" ").includes("global") ? `⚠️ ${code(scope)}` : code(scope);
}
function servicesOf({ length }) {
    if (length === 0)
        return "⚠️ every service";
    return length === 1 ? "1 service" : `${length} services`;
}
function outcomeOf(status) {
    switch (status.kind) {
        case "revoked":
            return "✅ Revoked";
        case "already-gone":
            return status.how === "expired" ? "✅ Expired" : "✅ Already gone";
        case "never-created":
            return "✅ Never created";
        case "kept":
            return "⏳ Kept, as revoke is false";
        case "still-alive":
            return "⚠️ Still alive";
        case "unknown":
            return "⚠️ May be alive";
    }
}
function statusOf(token) {
    const isAlive = ["kept", "still-alive", "unknown"].includes(token.status.kind);
    return `${outcomeOf(token.status)}${isAlive ? `, ${expiryOf(token)}` : ""}`;
}
function expiryOf({ status, expiresAt }) {
    if (expiresAt === null)
        return "never expires by itself";
    const isOver = ["revoked", "already-gone", "never-created"].includes(status.kind);
    return isOver ? `was to expire at ${moment(expiresAt)}` : `expires by itself at ${moment(expiresAt)}`;
}
function shortName({ name }) {
    return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}
const longestName = 50;
function moment(time) {
    const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/.exec(time);
    return parts ? `${parts[1]} ${parts[2]} UTC` : (0,_text_secret_forms_js__WEBPACK_IMPORTED_MODULE_3__/* .escapeHtml */ .ZD)((0,_text_one_line_js__WEBPACK_IMPORTED_MODULE_7__/* .oneLine */ .T)(time));
}
function summarizeRevocations(revoked) {
    if (!(0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_6__/* .hasSummaryFile */ .$6)())
        return;
    const ended = revoked.filter(({ status }) => isEnded(status));
    const open = revoked.filter(({ status }) => !isEnded(status));
    const head = open.length > 0 ? "⚠️" : "✅";
    const headline = `${head} ${ended.length} of ${revoked.length} Fastly ${revoked.length === 1 ? "token" : "tokens"} ended`;
    const rows = [...open, ...ended].map(({ name, status }) => [code(name), revocationOf(status)]);
    writeSummary(`<h4>${headline}</h4>${table(["Token", "Status"], rows)}`);
}
function isEnded({ kind }) {
    return kind === "revoked" || kind === "already-gone";
}
function revocationOf(status) {
    switch (status.kind) {
        case "revoked":
        case "already-gone":
            return outcomeOf(status);
        case "not-known":
            return "⚠️ Not known to Fastly: ended before, or mistyped";
        case "still-alive":
        case "unknown":
            return (0,_words_revocations_js__WEBPACK_IMPORTED_MODULE_5__/* .isUndone */ .Y_)(status) ? "⚠️ Not revoked; the log says why" : "⚠️ May be alive; the log says why";
    }
}
function table(head, rows) {
    const rowOf = (element, cells) => `<tr>${cells.map((cell) => `<${element} align="left">${cell}</${element}>`).join("")}</tr>`;
    return `<table>${rowOf("th", head)}${rows.map((cells) => rowOf("td", cells)).join("")}</table>`;
}
function writeSummary(html) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.appendFileSync)((0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_6__/* .environment */ .cA)("GITHUB_STEP_SUMMARY"), html + node_os__WEBPACK_IMPORTED_MODULE_1__.EOL);
    }
    catch (error) {
        (0,_log_js__WEBPACK_IMPORTED_MODULE_4__/* .warn */ .R8)(`The job summary could not be written. ${error instanceof Error ? error.message : String(error)}`);
    }
}
function code(text) {
    return `<code>${(0,_text_secret_forms_js__WEBPACK_IMPORTED_MODULE_3__/* .escapeHtml */ .ZD)((0,_text_one_line_js__WEBPACK_IMPORTED_MODULE_7__/* .oneLine */ .T)(text))}</code>`;
}


/***/ }),

/***/ 2883:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ transportThrough)
/* harmony export */ });
/* harmony import */ var _http_node_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3149);

function transportThrough(proxy) {
    return (origin) => (0,_http_node_js__WEBPACK_IMPORTED_MODULE_0__/* .openTransport */ .g)(origin, proxy);
}


/***/ }),

/***/ 5715:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  N: () => (/* binding */ userAgent)
});

;// CONCATENATED MODULE: ./src/version.ts
const version = "1.0.0";

;// CONCATENATED MODULE: ./src/action/user-agent.ts

const userAgent = `fastly-ephemeral-token/${version}`;


/***/ }),

/***/ 4845:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ explain)
/* harmony export */ });
/* harmony import */ var _text_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9495);

const errorWords = {
    "refused-credentials": {
        what: "Fastly refused the username or the password.",
        remedy: "They were not sent again, so that the account does not lock. Check the inputs username and password, and that the user can sign in with them.",
    },
    "missing-credentials": {
        what: "Fastly reports that the credentials are incomplete.",
        remedy: "Check the inputs username and password.",
    },
    "refused-otp": {
        what: "Fastly rejected the one-time password.",
        remedy: "Check that totp-secret belongs to this user, and the machine's clock. Each one-time password works once, so other jobs may have used it.",
    },
    "account-locked": {
        what: "Fastly has locked this user's account after wrong passwords.",
        remedy: "The credentials were not sent again. Reset the password in Fastly's control panel, or ask Fastly's support; then store the new password in the secret.",
    },
    "invalid-scope": {
        what: "Fastly does not grant this scope to this user.",
        remedy: "Check the input scope against the user's role.",
    },
    "invalid-expiry": {
        what: "Fastly rejected the token's expiry.",
        remedy: "Check the machine's clock and the input expires-in.",
    },
    "token-limit": {
        what: "The user has reached Fastly's limit of live tokens: 100 of 100.",
        remedy: "No place became free in time. Revoke tokens that nobody needs, give jobs a shorter expires-in or a longer timeout, or use another user.",
    },
    "bad-request": {
        what: "Fastly refused the request.",
        remedy: "Fastly's own message, if there is one, says why.",
    },
    unauthorized: {
        what: "Fastly does not know the key, or it has expired.",
        remedy: "Check the input api-key, if it is given.",
    },
    "expired-key": {
        what: "The key has expired.",
        remedy: "Give a key that is still valid.",
    },
    forbidden: {
        what: "Fastly does not allow this for this user or key.",
        remedy: "Check the user's role, and the input api-key if it is given.",
    },
    "not-found": {
        what: "Fastly does not know what was asked for.",
        remedy: "Check the input api-url.",
    },
    "rate-limited": {
        what: "Fastly's hourly limit of writes is used up.",
        remedy: "Start fewer jobs at once, give them a longer timeout, or try again after the limit is reset.",
    },
    "server-error": {
        what: "Fastly's API has a problem of its own.",
        remedy: "Try again later; Fastly's status page may say more.",
    },
    redirected: {
        what: "The response was a redirect. Redirects are never followed, since they could carry credentials elsewhere.",
        remedy: "Check the input api-url, and whether a proxy is in between.",
    },
    "unexpected-response": {
        what: "The response did not come from Fastly's API, or is not in its form.",
        remedy: "Check the input api-url, and whether a proxy is in between.",
    },
    "malformed-response": {
        what: "The response is not what Fastly documents.",
        remedy: "Check the input api-url, and whether a proxy is in between.",
    },
    "response-too-large": {
        what: "The response is far larger than any of Fastly's.",
        remedy: "Check the input api-url, and whether a proxy is in between.",
    },
    unreachable: {
        what: "Fastly's API could not be reached.",
        remedy: "Check the machine's network, the input api-url, and whether a proxy is needed.",
    },
    "proxy-failed": {
        what: "The proxy could not be reached, or has a problem of its own.",
        remedy: "Check HTTPS_PROXY, and whether the proxy allows this host; NO_PROXY names the hosts that need no proxy.",
    },
    "proxy-refused": {
        what: "The proxy refused to connect to Fastly's API.",
        remedy: "The proxy was not asked again. Check the user name and password in HTTPS_PROXY, and whether the proxy allows this host.",
    },
    "untrusted-certificate": {
        what: "A certificate is not trusted, so nothing was sent.",
        remedy: "Check the input api-url, and the machine's clock. Behind a private certificate authority, name its certificate in NODE_EXTRA_CA_CERTS.",
    },
    "connection-lost": {
        what: "The connection to Fastly's API broke before the response was complete.",
        remedy: "Try again; if it happens again, check the machine's network.",
    },
    "timed-out": {
        what: "Fastly's API did not answer in time.",
        remedy: "Try again later, or give a longer timeout.",
    },
    aborted: {
        what: "The step was interrupted.",
        remedy: "Run the job again if it should have finished.",
    },
};
const accountNeedWords = {
    "two-factor-setup": {
        what: "Fastly requires this user to set up two-factor authentication.",
        remedy: "Sign in to Fastly's control panel as this user, set it up, and give its secret in totp-secret.",
    },
    "password-rotation": {
        what: "Fastly requires this user to change the password.",
        remedy: "Sign in to Fastly's control panel as this user, change it, and store the new password in the secret.",
    },
    "single-sign-on": {
        what: "Fastly requires this user to sign in by single sign-on, so the password cannot create a token.",
        remedy: "Use a user that may sign in with a password.",
    },
};
function wordsOf({ accountNeeds, operation, code }) {
    if (accountNeeds)
        return accountNeedWords[accountNeeds];
    const isSignIn = operation === "POST /tokens" && (code === "unauthorized" || code === "forbidden");
    if (operation === "DELETE /tokens/self" && code === "forbidden")
        return refusedSelf;
    return isSignIn ? refusedSignIn : errorWords[code];
}
const refusedSelf = {
    what: "Fastly does not let this token revoke itself: it is not valid, or its scope does not allow that.",
    remedy: "Revoke it by its ID, with credentials of its user.",
};
const refusedSignIn = {
    what: "Fastly does not let this user create a token.",
    remedy: "The credentials were not sent again, so that the account does not lock. Check the inputs username and password, the user's role, and whether the account allows to sign in with a password.",
};
function explain(error) {
    const { what, remedy } = wordsOf(error);
    const { retryAfterMs } = error;
    const reset = !retryAfterMs ? "" : ` Fastly asks to wait for ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(retryAfterMs)}.`;
    return `${what} ${remedy}${reset} (${error.message})`;
}


/***/ }),

/***/ 8311:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  zu: () => (/* reexport */ minting/* created */.zu),
  v6: () => (/* reexport */ statuses/* ended */.v6),
  fg: () => (/* reexport */ minting/* endingWords */.fg),
  nu: () => (/* reexport */ minting/* everyService */.nu),
  WE: () => (/* reexport */ errors/* explain */.W),
  iu: () => (/* reexport */ formerInput),
  ri: () => (/* reexport */ inputProblems),
  VM: () => (/* reexport */ statuses/* interrupted */.VM),
  V5: () => (/* reexport */ statuses/* leftoverHelpers */.V5),
  gk: () => (/* reexport */ minting/* mismatchWords */.gk),
  rR: () => (/* reexport */ minting/* noKeyToWorkWith */.rR),
  jU: () => (/* reexport */ minting/* notMinted */.jU),
  Zt: () => (/* reexport */ statuses/* nothingLeft */.Zt),
  Dd: () => (/* reexport */ statuses/* nothingToRevoke */.Dd),
  qB: () => (/* reexport */ minting/* progress */.qB),
  fN: () => (/* reexport */ minting/* renamed */.fN),
  Ln: () => (/* reexport */ minting/* shortLived */.Ln),
  Wm: () => (/* reexport */ unexpectedError),
  RL: () => (/* reexport */ statuses/* unusableState */.RL),
  Wy: () => (/* reexport */ unwritableFile)
});

// UNUSED EXPORTS: howGone, noHelper, problemWords

// EXTERNAL MODULE: ./src/action/words/errors.ts
var errors = __webpack_require__(4845);
// EXTERNAL MODULE: ./src/action/inputs/main-inputs.ts + 1 modules
var main_inputs = __webpack_require__(2496);
;// CONCATENATED MODULE: ./src/action/words/inputs.ts

function inputProblems(problems, consequence = "No Fastly token was requested") {
    const lines = problems.map(({ input, problem }) => /^[A-Z_]+$/.test(input) ? `Environment variable ${input} ${problem}` : `Input ${input} ${problem}`);
    return [`${consequence}, because the inputs are not valid.`, ...lines].join("\n");
}
function formerInput(input) {
    return `This action has no input ${input}; it was ignored. ${main_inputs/* replacements */.qo[input] ?? ""}`;
}
function unwritableFile(file, code) {
    const why = code === undefined ? "it is missing" : (unwritable[code] ?? "the system refused it");
    const reason = code === undefined ? "" : ` (${code})`;
    const isFull = code === "ENOSPC" || code === "EDQUOT";
    const remedy = isFull
        ? "Free disk space on the runner, or use another one."
        : "Check whether an earlier step changed the runner's temporary directory.";
    return `The runner's file for ${file} could not be written: ${why}${reason}. ${remedy} A token that main created is ended by post.`;
}
const unwritable = {
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    EROFS: "the disk is read-only",
    EACCES: "access is denied",
};
function unexpectedError(message) {
    return `Something unexpected went wrong: ${message || "an error without a message"}. Please report it with the step's log.`;
}

// EXTERNAL MODULE: ./src/action/words/minting.ts
var minting = __webpack_require__(6432);
// EXTERNAL MODULE: ./src/action/words/statuses.ts
var statuses = __webpack_require__(8804);
;// CONCATENATED MODULE: ./src/action/words/index.ts






/***/ }),

/***/ 6432:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EA: () => (/* binding */ noHelper),
/* harmony export */   Ln: () => (/* binding */ shortLived),
/* harmony export */   fN: () => (/* binding */ renamed),
/* harmony export */   fg: () => (/* binding */ endingWords),
/* harmony export */   gk: () => (/* binding */ mismatchWords),
/* harmony export */   jU: () => (/* binding */ notMinted),
/* harmony export */   nu: () => (/* binding */ everyService),
/* harmony export */   qB: () => (/* binding */ progress),
/* harmony export */   rR: () => (/* binding */ noKeyToWorkWith),
/* harmony export */   zu: () => (/* binding */ created)
/* harmony export */ });
/* harmony import */ var _text_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9495);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8592);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4845);



function created(token) {
    const where = token.services.length > 0 ? `services ${token.services.join(" ")}` : "every service";
    return `Created Fastly token ${token.id} with scope ${token.scope} on ${where}; it expires at ${token.expiresAt}.`;
}
function renamed(asked, token) {
    return `Fastly calls token ${token.id} ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(token.name, 300)} instead of ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(asked, 300)}. This token is not affected, but one whose response is lost could not be found by its name.`;
}
function shortLived(lifetimeMs) {
    return `This token lives for ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(lifetimeMs)} only, since this machine's clock is behind Fastly's. Set the clock, or give a longer expires-in.`;
}
const everyService = "This token covers every service of the customer. Name the services that the job touches in the input services.";
function notMinted(outcome, credentials) {
    const later = "post tries again";
    switch (outcome.kind) {
        case "failed":
            return `This job got no Fastly token. ${failedWords(outcome, credentials)}`;
        case "interrupted":
            return "Interrupted before this job got a Fastly token; post ends whatever was created.";
        case "password-not-sent":
            return `This job got no Fastly token. ${passwordNotSent[outcome.why]}`;
        case "malformed":
            return `Fastly created a token, but the response was invalid. The job does not get it. ${endingWords(outcome.status, later)} ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explain */ .W)(outcome.error)}`;
        case "not-as-asked":
            return `${mismatched(outcome)} The job does not get it. ${endingWords(outcome.status, later)} ${checkInputs}`;
    }
}
function noHelper(outcome) {
    const later = "it expires within two minutes";
    switch (outcome.kind) {
        case "failed":
            return `No helper token could be created. ${failedWords(outcome)}`;
        case "interrupted":
            return "Interrupted while a helper token was being created; if it exists, it expires within two minutes.";
        case "password-not-sent":
            return `No helper token could be created. ${passwordNotSent[outcome.why]}`;
        case "malformed":
            return `Fastly created a helper token, but the response was invalid. ${endingWords(outcome.status, later)} ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explain */ .W)(outcome.error)}`;
        case "not-as-asked":
            return `${mismatched(outcome, "helper token")} ${endingWords(outcome.status, later)} ${checkInputs}`;
    }
}
const passwordNotSent = {
    refused: "Fastly refused the username or the password before, so they were not sent again: the account could lock.",
    "sent-too-often": "The password was sent four times without being accepted, so it was not sent again: the account could lock.",
};
const checkInputs = "Check the inputs against what Fastly grants this user, and the machine's clock.";
function failedWords({ error, tries }, credentials) {
    const tried = tries > 1 ? ` It was tried ${tries} times.` : "";
    const isMissing = error.code === "refused-otp" && credentials?.otpSource.kind === "none";
    return `${isMissing ? `${noTotpSecret} (${error.message})` : (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explain */ .W)(error)}${tried}`;
}
const noTotpSecret = "Fastly wants a one-time password, and none was given: this user has two-factor authentication. Give the user's two-factor secret in the input totp-secret.";
function mismatched({ token, mismatches }, noun = "token") {
    return `Fastly created ${noun} ${token.id}, but ${mismatches.map(mismatchWords).join("; ")}.`;
}
function noKeyToWorkWith(failed) {
    if (failed.kind === "no-key")
        return failed.text;
    if (failed.kind === "bad-key")
        return badKey(failed.error);
    const isFull = failed.outcome.kind === "failed" && failed.outcome.error.code === "token-limit";
    return `${noHelper(failed.outcome)}${isFull ? " With an api-key no helper token is needed." : ""}`;
}
function badKey(error) {
    const isRejected = rejections.has(error.code);
    return `${isRejected ? "The key in the input api-key was rejected: it is incomplete, expired or revoked. " : ""}${(0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explain */ .W)(error)}`;
}
const rejections = new Set([
    "unauthorized",
    "expired-key",
    "forbidden",
    "not-found",
]);
function mismatchWords(mismatch) {
    switch (mismatch.kind) {
        case "wider-scope":
            return `its scope is ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(mismatch.granted)}, wider than requested`;
        case "wider-services":
            return `it covers ${mismatch.granted.length === 0 ? "every service" : (0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(mismatch.granted.join(" "))}, more than requested`;
        case "never-expires":
            return "it never expires";
        case "lives-too-long":
            return `it lives for ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(mismatch.lifetimeMs)}, longer than requested`;
        case "dead-on-arrival":
            return `it lives for ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(Math.max(0, mismatch.lifetimeMs))} only, too short for a job`;
    }
}
function endingWords(status, later) {
    switch (status.kind) {
        case "revoked":
            return "It was revoked at once.";
        case "already-gone":
            return "It is already gone.";
        default:
            return `It could not be revoked at once; ${later}.`;
    }
}
function progress(reported) {
    const soon = `in ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(reported.waitMs)}`;
    switch (reported.kind) {
        case "response-lost":
            return `The response to the create was lost (${reported.error.message}). Post looks for that token; trying again ${soon} under another name.`;
        case "sudo-response-lost":
            return `The response to the request for sudo was lost (${reported.error.message}); trying again ${soon}.`;
        case "waiting-for-connection":
            return `Not connected (${reported.error.message}); trying again ${soon}.`;
        case "waiting-for-otp":
            return `This one-time password was rejected, or another job had used it; trying the next one ${soon}.`;
        case "waiting-for-room":
            return `The user has 100 of 100 live tokens; waiting for room, trying again ${soon} (${reported.error.message}).`;
        case "waiting-for-rate-limit":
            return `Fastly's hourly limit of writes is used up; trying again ${soon}.`;
        case "correcting-clock":
            return `This machine's clock is ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a3)(Math.abs(reported.offsetMs))} ${reported.offsetMs > 0 ? "behind" : "ahead of"} Fastly's; asking again by Fastly's clock.`;
    }
}


/***/ }),

/***/ 5729:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cp: () => (/* binding */ doubtfulIds),
/* harmony export */   Y_: () => (/* binding */ isUndone),
/* harmony export */   gu: () => (/* binding */ nameOfId),
/* harmony export */   p7: () => (/* binding */ ownRevocation),
/* harmony export */   yR: () => (/* binding */ revocations)
/* harmony export */ });
/* harmony import */ var _inputs_slips_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1489);
/* harmony import */ var _statuses_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8804);


const usualIdLength = 22;
function doubtfulIds(ids) {
    return ids.flatMap((id, index) => id.length === usualIdLength
        ? []
        : [{ level: "info", text: `Token ID ${nameOfId(ids, index)} ${isUnusual(id)}.` }]);
}
function isUnusual({ length }) {
    return `has ${length} characters, and Fastly's IDs have ${usualIdLength}: it is most likely mistyped`;
}
function revocations(done, ids) {
    const nameOf = (id) => nameOfId(ids, ids.indexOf(id));
    const groups = Map.groupBy(done, ({ id, status }) => errorOf(status) ?? id);
    return [...groups.values()].flatMap((group) => {
        const [first] = group;
        return first
            ? [
                messageOf(first, group.map(({ id }) => nameOf(id))),
            ]
            : [];
    });
}
function errorOf(status) {
    return "problem" in status && status.problem.kind === "error" ? status.problem.error : undefined;
}
function messageOf({ id, status }, names) {
    const [name = ""] = names;
    switch (status.kind) {
        case "revoked":
            return { level: "info", text: `Revoked Fastly token ${name}.` };
        case "already-gone":
            return { level: "info", text: `Fastly token ${name} is already gone: ${(0,_statuses_js__WEBPACK_IMPORTED_MODULE_1__/* .howGone */ .iV)(status)}.` };
        case "not-known": {
            const doubt = id.length === usualIdLength ? "" : ` The ID ${isUnusual(id)}.`;
            const text = `Nothing was revoked for token ID ${name}. Fastly knows no token with this ID: ended before, or mistyped.${lostWords(status)}${doubt}`;
            return { level: "warning", text };
        }
        case "still-alive":
        case "unknown": {
            const one = names.length === 1;
            const what = isUndone(status)
                ? `${one ? "was" : "were"} not revoked`
                : `may still be alive: ${one ? "its" : "their"} revocation was not confirmed`;
            const text = `Fastly ${one ? "token" : "tokens"} ${listed(names)} ${what}. ${(0,_statuses_js__WEBPACK_IMPORTED_MODULE_1__/* .problemWords */ .$3)(status.problem)}`;
            return { level: "problem", text };
        }
    }
}
function ownRevocation(status, token) {
    switch (status.kind) {
        case "revoked":
            return { level: "info", text: "Revoked the Fastly token that was given." };
        case "already-gone":
            return { level: "info", text: `The Fastly token that was given is already gone: ${(0,_statuses_js__WEBPACK_IMPORTED_MODULE_1__/* .howGone */ .iV)(status)}.` };
        case "not-known": {
            const text = `Fastly does not know the token that was given: ended before, or mistyped.${lostWords(status)}`;
            const doubt = tokenDoubt(token);
            return { level: doubt === "" ? "info" : "warning", text: text + doubt };
        }
        case "still-alive":
        case "unknown": {
            const what = isUndone(status)
                ? "was not revoked"
                : "may still be alive: its revocation was not confirmed";
            const text = `The Fastly token that was given ${what}. ${(0,_statuses_js__WEBPACK_IMPORTED_MODULE_1__/* .problemWords */ .$3)(status.problem)}${tokenDoubt(token)}`;
            return { level: "problem", text };
        }
    }
}
const usualTokenLength = 32;
function tokenDoubt({ length }) {
    if (length === usualTokenLength)
        return "";
    return ` It has ${length} characters, and Fastly's tokens have ${usualTokenLength}: it is most likely mistyped.`;
}
function lostWords({ responseLost }) {
    return responseLost
        ? " The response to a first request was lost, so it may also have been revoked just now."
        : "";
}
function isUndone(status) {
    return errorOf(status)?.mayHaveHappened === false;
}
const mostListed = 20;
function listed(names) {
    const more = names.length - mostListed;
    return `${names.slice(0, mostListed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
function nameOfId(ids, index) {
    const id = ids[index] ?? "";
    return id.length < shortestShown ? `(${(0,_inputs_slips_js__WEBPACK_IMPORTED_MODULE_0__/* .describeItem */ .f)(ids, index)})` : id;
}
const shortestShown = 16;


/***/ }),

/***/ 8804:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $3: () => (/* binding */ problemWords),
/* harmony export */   Dd: () => (/* binding */ nothingToRevoke),
/* harmony export */   RL: () => (/* binding */ unusableState),
/* harmony export */   V5: () => (/* binding */ leftoverHelpers),
/* harmony export */   VM: () => (/* binding */ interrupted),
/* harmony export */   Zt: () => (/* binding */ nothingLeft),
/* harmony export */   iV: () => (/* binding */ howGone),
/* harmony export */   v6: () => (/* binding */ ended)
/* harmony export */ });
/* harmony import */ var _token_token_name_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1210);
/* harmony import */ var _token_token_status_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4123);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8592);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4845);
/* harmony import */ var _minting_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6432);





function leftoverHelpers(helpers, isExplained) {
    const [first] = helpers;
    const which = helpers.map(whichToken).join(", ");
    const last = helpers
        .map(({ expiresAt }) => expiresAt ?? "never")
        .toSorted()
        .at(-1);
    const why = first && !isExplained && "problem" in first.status ? ` ${problemWords(first.status.problem)}` : "";
    return first && helpers.length === 1
        ? `Leftover helper token ${which} may be alive; ${expiry(first)}.${why}`
        : `Leftover helper tokens may be alive: ${which}. The last of them expires by itself at ${last}.${why}`;
}
const interrupted = "Interrupted before the work was done; what is reported above is done.";
const nothingLeft = "Main left no Fastly token alive, so there is nothing to revoke.";
const nothingToRevoke = "This step asked for no Fastly token, so there is nothing to revoke.";
const lookForIt = "If main created a token, it expires by itself; look for it in Fastly's control panel by this run's number.";
const unusableState = {
    unreadable: `What main saved for post cannot be read, so nothing was sent. ${lookForIt}`,
    "another-step": `What was saved for post belongs to another run, job or step, so nothing was sent. ${lookForIt}`,
};
function ended(reports) {
    const tokens = reports.filter((report) => !isHelper(report));
    const helpers = reports.filter((report) => isHelper(report) && (0,_token_token_status_js__WEBPACK_IMPORTED_MODULE_4__/* .isLeft */ .OC)(report.status));
    const groups = Map.groupBy(tokens, (report) => problemKey(report.status) ?? report);
    const messages = [...groups.values()].flatMap((group) => {
        const [first, ...others] = group;
        if (!first)
            return [];
        return others.length > 0 && "problem" in first.status
            ? [endedAlike(group, first.status)]
            : [endedAlone(first)];
    });
    if (helpers.length === 0)
        return messages;
    const isExplained = messages.some(({ level }) => level === "problem");
    return [...messages, { level: "problem", text: leftoverHelpers(helpers, isExplained) }];
}
function isHelper({ name }) {
    const use = (0,_token_token_name_js__WEBPACK_IMPORTED_MODULE_0__/* .parseTokenName */ .ud)(name)?.use;
    return use !== undefined && use !== "job";
}
function problemKey(status) {
    if (!("problem" in status))
        return undefined;
    const { problem } = status;
    const code = problem.kind === "error" ? problem.error.code : "";
    return `${status.kind} ${problem.kind} ${code}`;
}
function endedAlike(reports, { kind, problem }) {
    const which = reports.map((report) => `${whichToken(report)}, ${expiry(report)}`).join("; ");
    const state = kind === "unknown" ? "may be alive" : "are still alive";
    const advice = "To end them now, revoke them in Fastly's control panel.";
    return {
        level: "problem",
        text: `Fastly tokens ${state}. ${problemWords(problem)} ${advice} They are: ${which}.`,
    };
}
function endedAlone(token) {
    const which = whichToken(token);
    const { status } = token;
    switch (status.kind) {
        case "revoked":
            return { level: "info", text: `Revoked Fastly token ${which}.` };
        case "already-gone":
            return { level: "info", text: `Fastly token ${which} is already gone: ${howGone(status)}.` };
        case "never-created":
            return { level: "info", text: `Fastly token ${which} was never created.` };
        case "kept":
            return {
                level: "info",
                text: `Fastly token ${which} stays alive, because revoke is false; ${expiry(token)}.`,
            };
        case "still-alive":
        case "unknown": {
            const state = status.kind === "unknown" ? "may be alive" : "is still alive";
            const advice = "To end it now, revoke it in Fastly's control panel.";
            const text = `Fastly token ${which} ${state}; ${expiry(token)}. ${problemWords(status.problem)} ${advice}`;
            return { level: "problem", text };
        }
    }
}
function howGone({ how }) {
    return how === "expired" ? "it has expired" : "it was revoked before";
}
function whichToken({ id, name }) {
    return id ?? `named ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(name, 300)}`;
}
function expiry({ expiresAt }) {
    return expiresAt === null ? "it never expires by itself" : `it expires by itself at ${expiresAt}`;
}
function problemWords(problem) {
    switch (problem.kind) {
        case "error":
            return (0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explain */ .W)(problem.error);
        case "may-still-appear":
            return "The response to its create was lost, and it is too early to say that it was never created.";
        case "list-without-helper":
            return "Fastly's list of tokens could not be verified: it does not show the helper token that read it.";
        case "broker":
            return `The broker could have ended it, but did not: ${problem.reason}.`;
        case "no-helper": {
            const self = problem.selfError ? ` ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explain */ .W)(problem.selfError)}` : "";
            return `${missingHelper(problem.helper)}${self}`;
        }
    }
}
function missingHelper(helper) {
    switch (helper.kind) {
        case "no-credentials":
            return "Only a helper token could revoke it, and post has no credentials to create one.";
        case "other-credentials":
            return "Only a helper token could revoke it, but the credentials that post was given do not match what main saved, so they were not sent. Within composite actions the runner gives post the inputs of an outer action.";
        case "changed-state":
            return "Only a helper token could revoke it, but what main saved for post was changed since, so no credentials were sent. Check whether another step of the job writes to the runner's files.";
        default:
            return (0,_minting_js__WEBPACK_IMPORTED_MODULE_3__/* .noHelper */ .EA)(helper);
    }
}


/***/ }),

/***/ 5215:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ FastlyError),
/* harmony export */   q: () => (/* binding */ asFastlyError)
/* harmony export */ });
class FastlyError extends Error {
    name = "FastlyError";
    code;
    operation;
    reason;
    status;
    msg;
    detail;
    mayHaveHappened;
    accountNeeds;
    retryAfterMs;
    serverNow;
    constructor(details) {
        super(`${details.operation}: ${details.reason}`, details.cause ? { cause: details.cause } : {});
        this.code = details.code;
        this.operation = details.operation;
        this.reason = details.reason;
        this.status = details.status;
        this.msg = details.msg;
        this.detail = details.detail;
        this.mayHaveHappened = details.mayHaveHappened;
        this.accountNeeds = details.accountNeeds;
        this.retryAfterMs = details.retryAfterMs;
        this.serverNow = details.serverNow;
    }
}
function asFastlyError(error) {
    if (error instanceof FastlyError)
        return error;
    throw error;
}


/***/ }),

/***/ 2164:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ malformed),
/* harmony export */   q: () => (/* binding */ readFields)
/* harmony export */ });
/* harmony import */ var _text_json_object_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9257);
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5215);


function readFields(response, at = "") {
    const { json } = response;
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .G)(json))
        throw malformed(response, at === "" ? "the response is not an object" : `${at} is not an object`);
    const object = json;
    const path = at === "" ? "" : `${at}.`;
    function required(name, what, read) {
        const field = Object.hasOwn(object, name) ? object[name] : undefined;
        const result = read(field);
        if (result !== undefined)
            return result;
        const problem = field === undefined || field === null ? "is missing" : `is not ${what}`;
        throw malformed(response, `the field ${path}${name} of the response ${problem}`);
    }
    const optional = (name, read) => (isAbsent(object[name]) ? null : read());
    const text = (name) => required(name, "a plain text", plainText);
    const time = (name) => required(name, "a time in ISO 8601", timeText);
    return {
        text,
        time,
        optionalText: (name) => optional(name, () => text(name)),
        optionalTime: (name) => optional(name, () => time(name)),
        optionalTexts: (name) => optional(name, () => required(name, "a list of plain texts", plainTexts)) ?? [],
    };
}
function malformed({ operation, status }, reason) {
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .FastlyError */ .K({ code: "malformed-response", operation, reason, status, mayHaveHappened: true });
}
function isAbsent(field) {
    return field === undefined || field === null || (typeof field === "string" && field.trim() === "");
}
function plainText(field) {
    return typeof field === "string" && field.length <= 2_000 ? field : undefined;
}
function plainTexts(field) {
    if (!Array.isArray(field))
        return undefined;
    const texts = field.map(plainText);
    return texts.every((text) => text !== undefined) ? texts : undefined;
}
const isoPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
function timeText(field) {
    if (typeof field !== "string" || !isoPattern.test(field))
        return undefined;
    return Number.isNaN(Date.parse(field)) ? undefined : field;
}


/***/ }),

/***/ 5096:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  KD: () => (/* reexport */ fastly_error/* FastlyError */.K),
  qV: () => (/* reexport */ fastly_error/* asFastlyError */.q),
  Z: () => (/* reexport */ bulkRevokeTokens),
  Xm: () => (/* reexport */ connectApi),
  Ey: () => (/* reexport */ createToken),
  _5: () => (/* reexport */ deadlineIn),
  gf: () => (/* reexport */ getToken),
  J0: () => (/* reexport */ getTokenCurrent),
  Ly: () => (/* reexport */ iso_time/* isoTime */.L),
  ZT: () => (/* reexport */ listTokensCustomer),
  I7: () => (/* reexport */ listTokensUser),
  ND: () => (/* reexport */ requestSudo),
  w$: () => (/* reexport */ revokeToken),
  Dt: () => (/* reexport */ revokeTokenCurrent),
  ml: () => (/* reexport */ systemClock)
});

// UNUSED EXPORTS: earlier, openFetchTransport, scopes

;// CONCATENATED MODULE: ./src/http/clock.ts
const systemClock = {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    wait: (ms, signal) => new Promise((resolve, reject) => {
        if (signal?.aborted)
            return reject(signal.reason);
        const onAbort = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
        }, ms);
        signal?.addEventListener("abort", onAbort, { once: true });
    }),
};
function deadlineIn(ms, clock) {
    const total = Math.max(0, ms);
    const end = clock.elapsed() + total;
    return { total, remaining: () => Math.max(0, end - clock.elapsed()) };
}
function earlier(one, other) {
    const total = Math.min(one.total, other.total);
    return { total, remaining: () => Math.min(one.remaining(), other.remaining()) };
}

// EXTERNAL MODULE: ./src/http/error.ts
var http_error = __webpack_require__(4054);
// EXTERNAL MODULE: ./src/http/response.ts
var response = __webpack_require__(8621);
;// CONCATENATED MODULE: ./src/http/fetch.ts


function openFetchTransport(origin, fetch = globalThis.fetch) {
    const running = new Set();
    return {
        close: async () => {
            for (const stop of running)
                stop();
        },
        exchange: async (request, limits) => {
            const bound = boundBy(limits);
            running.add(bound.stop);
            try {
                return await exchangeWith(fetch, origin, request, limits, bound);
            }
            finally {
                running.delete(bound.stop);
                bound.stop();
            }
        },
    };
}
function boundBy({ timeoutMs, signal }) {
    const { AbortController: Controller } = globalThis;
    const controller = Controller && new Controller();
    let end = () => { };
    const over = new Promise((resolve) => {
        end = resolve;
    });
    const timer = setTimeout(() => end("late"), timeoutMs);
    const onAbort = () => end("aborted");
    if (signal?.aborted)
        onAbort();
    else
        signal?.addEventListener("abort", onAbort, { once: true });
    return {
        signal: controller?.signal,
        over,
        stop: () => {
            clearTimeout(timer);
            signal?.removeEventListener("abort", onAbort);
            end("aborted");
            controller?.abort();
        },
    };
}
async function exchangeWith(fetch, origin, request, limits, { signal, over }) {
    if (limits.signal?.aborted)
        throw interrupted(false);
    const { method, path, body } = request;
    const init = {
        method,
        headers: headersOf(request),
        redirect: "manual",
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
    };
    const asked = fetch(`${origin}${path}`, init);
    const first = await Promise.race([asked.then(received, lost), over.then((why) => endedBy(why, limits))]);
    if (first instanceof HttpError)
        throw first;
    const collected = new BodyBytes(limits.maxBytes);
    const failure = await readBody(first.response, collected, limits, over);
    return responseOf(first.head, collected.all(), failure);
}
function received(response) {
    const isHidden = "type" in response && response.type === "opaqueredirect";
    const status = isHidden ? 302 : response.status;
    return { head: { status, headers: Object.fromEntries(response.headers) }, response };
}
async function readBody({ body }, collected, limits, over) {
    const reader = body?.getReader();
    if (!reader)
        return undefined;
    const ended = over.then((why) => endedBy(why, limits));
    for (;;) {
        const next = await Promise.race([reader.read().catch(lostAfterHead), ended]);
        if (next instanceof HttpError)
            return leave(reader, next);
        if (next.done)
            return undefined;
        if (!collected.add(next.value))
            return leave(reader, tooLarge(limits));
    }
}
function leave(reader, why) {
    reader.cancel().catch(() => { });
    return why;
}
function endedBy(why, limits) {
    return why === "late" ? tooLate(limits) : interrupted(true);
}
function lostAfterHead(error) {
    return connectionLost(codeOf(error));
}
const neverSent = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;
const certificate = /^(?:CERT_\w+|ERR_TLS_CERT\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|HOSTNAME_MISMATCH|INVALID_PURPOSE)$/;
function lost(error) {
    const code = codeOf(error);
    const cause = new Error(code);
    if (neverSent.test(code)) {
        return new HttpError({ code: "unreachable", reason: `no connection (${code})`, sent: false, cause });
    }
    if (certificate.test(code)) {
        const reason = `the server's certificate could not be verified (${code})`;
        return new HttpError({ code: "untrusted-certificate", reason, sent: false, cause });
    }
    return connectionLost(code);
}
function codeOf(error) {
    const { code, name, cause, errors } = (error ?? {});
    if (typeof code === "string" && /^\w+$/.test(code))
        return code;
    const inner = Array.isArray(errors) ? errors[0] : cause;
    if (inner !== undefined)
        return codeOf(inner);
    return typeof name === "string" && /^\w+$/.test(name) ? name : "unknown";
}

// EXTERNAL MODULE: ./src/text/iso-time.ts
var iso_time = __webpack_require__(90);
// EXTERNAL MODULE: ./src/http/retry-delay.ts
var retry_delay = __webpack_require__(5744);
;// CONCATENATED MODULE: ./src/http/signal.ts
function eitherSignal(one, other) {
    const both = [one, other];
    return {
        get aborted() {
            return both.some(({ aborted }) => aborted);
        },
        addEventListener: (...listener) => {
            for (const signal of both)
                signal.addEventListener(...listener);
        },
        removeEventListener: (...listener) => {
            for (const signal of both)
                signal.removeEventListener(...listener);
        },
    };
}

// EXTERNAL MODULE: ./src/fastly/error.ts
var fastly_error = __webpack_require__(5215);
// EXTERNAL MODULE: ./src/fastly/fields.ts
var fields = __webpack_require__(2164);
// EXTERNAL MODULE: ./src/text/clean-text.ts
var clean_text = __webpack_require__(6764);
// EXTERNAL MODULE: ./src/text/json-object.ts
var json_object = __webpack_require__(9257);
;// CONCATENATED MODULE: ./src/fastly/refusal.ts




function refusal(response, operation, secrets, now) {
    const message = readMessage(response, operation, secrets);
    const code = refusal_codeOf(response.status, operation, message);
    const serverNow = (0,retry_delay/* parseDate */._U)(response.headers.date);
    const retryAfterMs = (0,retry_delay/* askedDelay */.gW)(response.status, response.headers, serverNow ?? now);
    const accountNeeds = accountNeed(response.headers);
    return new fastly_error/* FastlyError */.K({
        code,
        operation,
        reason: `HTTP ${response.status}${describe(message)}`,
        status: response.status,
        ...(message.msg === undefined ? {} : { msg: message.msg }),
        ...(message.detail === undefined ? {} : { detail: message.detail }),
        mayHaveHappened: !isTurnedDown(response.status, message),
        ...(accountNeeds === undefined ? {} : { accountNeeds }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(serverNow === undefined ? {} : { serverNow }),
    });
}
function isTurnedDown(status, { isFastlys }) {
    return isFastlys && status >= 400 && status < 500 && !gaveUpWaiting.has(status);
}
const gaveUpWaiting = new Set([408, 499]);
function refusal_codeOf(status, operation, message) {
    if (status >= 500)
        return "server-error";
    if (status === 429)
        return "rate-limited";
    if (gaveUpWaiting.has(status))
        return "timed-out";
    if (status >= 300 && status < 400)
        return "redirected";
    if (status < 400 || !message.isFastlys)
        return "unexpected-response";
    const known = message.code === undefined ? undefined : codesOfRefusedCreates.get(message.code);
    if (known !== undefined && isSignIn(operation))
        return known;
    switch (status) {
        case 400:
            return codeOfBadRequest(operation, message);
        case 401:
            return /^Token \S+ expired at \S/.test(message.msg ?? "") ? "expired-key" : "unauthorized";
        case 403:
            return isWrongPassword(operation, message) ? "refused-credentials" : "forbidden";
        case 404:
            return "not-found";
        case 422:
            return operation === "POST /tokens" ? "invalid-expiry" : "bad-request";
        default:
            return "bad-request";
    }
}
const codesOfRefusedCreates = new Map([
    ["invalid_grant", "refused-credentials"],
    ["invalid_request", "missing-credentials"],
    ["invalid_scope", "invalid-scope"],
    ["account_locked", "account-locked"],
    ["2fa.verify", "refused-otp"],
]);
function isSignIn(operation) {
    return operation === "POST /tokens" || operation === "POST /sudo";
}
function isWrongPassword(operation, { msg = "", detail = "" }) {
    return operation === "POST /sudo" && /username\/password combination/i.test(`${msg} ${detail}`);
}
function codeOfBadRequest(operation, { msg = "", detail = "" }) {
    if (operation !== "POST /tokens")
        return "bad-request";
    const text = `${msg} ${detail}`;
    if (/lock|attempt|fail|log ?in|sign|password|authenticat|sso/i.test(text))
        return "bad-request";
    if (/limit|maximum/i.test(text) && /token/i.test(text))
        return "token-limit";
    const isOfUser = /account|credential|user/i.test(text);
    return /expir/i.test(text) && !isOfUser ? "invalid-expiry" : "bad-request";
}
function accountNeed(headers) {
    if (headers["fastly-sso-login-url"] !== undefined)
        return "single-sign-on";
    if (/rotate/i.test(headers["fastly-password"] ?? ""))
        return "password-rotation";
    return /setup/i.test(headers["fastly-otp"] ?? "") ? "two-factor-setup" : undefined;
}
function readMessage({ body, complete }, operation, secrets) {
    const parsed = complete ? (0,json_object/* parseObject */.l)(body) : undefined;
    const { msg, detail, code } = parsed ?? {};
    const known = isSignIn(operation)
        ? [msg, code].find((text) => typeof text === "string" && codesOfRefusedCreates.has(text))
        : undefined;
    return {
        isEmpty: body.trim() === "",
        isFastlys: known !== undefined || (parsed !== undefined && isErrorOfFastlys(parsed)),
        ...(typeof known === "string" ? { code: known } : {}),
        ...(typeof msg === "string" ? { msg: (0,clean_text/* cleanText */.X)(msg, secrets) } : {}),
        ...(typeof detail === "string" ? { detail: (0,clean_text/* cleanText */.X)(detail, secrets) } : {}),
    };
}
function isErrorOfFastlys({ msg, detail, code, ...others }) {
    if (typeof msg !== "string" || msg.trim() === "" || Object.keys(others).length > 0)
        return false;
    return [detail, code].every((field) => field === undefined || field === null || typeof field === "string");
}
function describe({ isFastlys, isEmpty, code, msg, detail }) {
    if (isEmpty)
        return ", with an empty body";
    if (!isFastlys)
        return ", with a body that is not in Fastly's form";
    const words = [msg ?? code, detail].filter((part) => part);
    return words.length > 0 ? `, ${words.join(": ")}` : ", without a message";
}

// EXTERNAL MODULE: ./src/fastly/shapes.ts
var shapes = __webpack_require__(267);
;// CONCATENATED MODULE: ./src/fastly/api.ts








const oneToken = 1024 * 1024;
function connectApi(options) {
    const { deadline, signal, userAgent, clock = systemClock, random = Math.random } = options;
    const url = new URL(options.apiUrl);
    const transport = options.openTransport(url.origin);
    const prefix = url.pathname.replace(/\/+$/, "");
    const connection = { transport, prefix, userAgent, clock, random, serverOffset: undefined };
    return within({ deadline, signal }, connection);
}
function within(bounds, connection) {
    const { clock, random, transport } = connection;
    return {
        ...bounds,
        clock,
        random,
        send: (call) => send(call, bounds, connection),
        with: (narrower) => within(narrow(bounds, narrower), connection),
        serverOffset: () => connection.serverOffset,
        close: transport.close,
    };
}
async function send(call, bounds, connection) {
    const { clock, random } = connection;
    let mayHaveHappened = false;
    for (let tries = 1;; tries++) {
        try {
            return await attempt(call, bounds, connection);
        }
        catch (caught) {
            const error = (0,fastly_error/* asFastlyError */.q)(caught);
            mayHaveHappened ||= error.mayHaveHappened;
            error.mayHaveHappened = mayHaveHappened;
            if (!call.repeatable || !isWorthRepeating(error.code))
                throw error;
            const delay = (0,retry_delay/* retryDelay */.a2)(tries, error.retryAfterMs, random);
            if (delay + shortestTryMs >= bounds.deadline.remaining())
                throw error;
            await clock.wait(delay, bounds.signal).catch(() => {
                throw error;
            });
        }
    }
}
async function attempt(call, { deadline, signal }, connection) {
    const { transport, prefix, userAgent, clock } = connection;
    const request = requestOf(call, prefix, userAgent);
    const operation = `${call.method} ${call.path}`;
    const timeoutMs = timeForOneTry(deadline);
    if (timeoutMs === 0)
        throw outOfTime(operation, deadline);
    const limits = { timeoutMs, maxBytes: call.maxBytes ?? oneToken, signal };
    const response = await transport.exchange(request, limits).catch((error) => {
        throw fromHttp(error, operation);
    });
    call.inspect?.(response);
    const serverNow = (0,retry_delay/* parseDate */._U)(response.headers.date);
    if (serverNow !== undefined)
        connection.serverOffset = serverNow - clock.now();
    if (response.failure && response.status < 400)
        throw fromHttp(response.failure, operation);
    return readResponse(response, call, operation, clock);
}
function narrow(bounds, { deadline, signal }) {
    return {
        deadline: deadline ? earlier(bounds.deadline, deadline) : bounds.deadline,
        signal: bounds.signal && signal ? eitherSignal(bounds.signal, signal) : (bounds.signal ?? signal),
    };
}
function fromHttp(error, operation) {
    if (!(error instanceof http_error/* HttpError */.j))
        return error;
    const { code, message: reason, sent: mayHaveHappened, cause } = error;
    return new fastly_error/* FastlyError */.K({
        code,
        operation,
        reason,
        mayHaveHappened,
        ...(cause instanceof Error ? { cause } : {}),
    });
}
function requestOf(call, prefix, userAgent) {
    if (call.key !== undefined && !(0,shapes/* isKey */.m0)(call.key))
        throw new TypeError("a key has printable characters only, without spaces");
    return {
        method: call.method,
        path: `${prefix}${call.path}`,
        headers: {
            accept: "application/json",
            "user-agent": userAgent,
            ...(call.key === undefined ? {} : { "fastly-key": call.key }),
            ...call.headers,
        },
        ...(call.body === undefined ? {} : { body: call.body }),
    };
}
function readResponse(response, call, operation, clock) {
    const { status } = response;
    const secrets = [...(call.secrets ?? []), ...(call.key === undefined ? [] : [call.key])];
    if (!isExpected(status, call.expect))
        throw refusal(response, operation, secrets, clock.now());
    const isEmpty = response.body.trim() === "";
    if (call.expect === "no-content" || (isEmpty && call.mayBeEmpty))
        return { operation, status, json: {} };
    try {
        return { operation, status, json: JSON.parse(response.body.replace(/^\ufeff/, "")) };
    }
    catch {
        const body = isEmpty ? "an empty body" : "a body that is not JSON";
        throw (0,fields/* malformed */.Q)({ operation, status }, `HTTP ${status} with ${body}`);
    }
}
function isExpected(status, expect) {
    if (expect === "any-json")
        return status >= 200 && status < 300;
    return status === (expect === "json" ? 200 : 204);
}
const shortestTryMs = 250;
const shortestShareMs = 2_000;
const longestShareMs = 15_000;
function timeForOneTry(deadline) {
    const share = Math.min(longestShareMs, Math.max(shortestShareMs, deadline.total / 4));
    return Math.min(share, deadline.remaining());
}
function outOfTime(operation, deadline) {
    const seconds = Number((deadline.total / 1000).toFixed(1));
    const reason = `not sent, because the ${seconds} s for it were used up`;
    return new fastly_error/* FastlyError */.K({ code: "timed-out", operation, reason, mayHaveHappened: false });
}
const worthRepeating = new Set([
    "rate-limited",
    "server-error",
    "redirected",
    "unexpected-response",
    "malformed-response",
    "unreachable",
    "proxy-failed",
    "connection-lost",
    "timed-out",
]);
function isWorthRepeating(code) {
    return worthRepeating.has(code);
}

;// CONCATENATED MODULE: ./src/fastly/post-form.ts
function postForm(api, path, fields, { user, key }, more) {
    const body = new URLSearchParams(fields);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    if (user) {
        body.set("username", user.username);
        body.set("password", user.password);
        if (user.otp !== undefined)
            headers["fastly-otp"] = user.otp;
    }
    const secrets = [user?.password, user?.otp, user?.username].filter((secret) => secret !== undefined);
    return api.send({
        method: "POST",
        path,
        key,
        headers,
        body: body.toString(),
        expect: "any-json",
        repeatable: false,
        secrets,
        ...more,
    });
}

;// CONCATENATED MODULE: ./src/fastly/tokens.ts




const read = { method: "GET", expect: "json", repeatable: true };
const readList = { ...read, maxBytes: 16 * 1024 * 1024 };
const remove = { method: "DELETE", expect: "no-content", repeatable: true };
async function bulkRevokeTokens(api, key, tokenIds) {
    if (tokenIds.length === 0)
        return;
    const data = tokenIds.map((id) => ({ type: "token", id: checked(id, "token") }));
    const headers = { "content-type": "application/vnd.api+json; ext=bulk" };
    await api.send({ ...remove, path: "/tokens", key, headers, body: JSON.stringify({ data }) });
}
async function createToken(api, order, credentials, onAccessToken = () => { }) {
    if (order.scopes.length === 0)
        throw new TypeError("a token needs at least one scope");
    const form = new URLSearchParams({
        name: order.name,
        scope: order.scopes.join(" "),
        expires_at: (0,iso_time/* isoTime */.L)(order.expiresAt.getTime()),
    });
    for (const service of order.services)
        form.append("services[]", service);
    const response = await postForm(api, "/tokens", form, credentials.kind === "password" ? { user: credentials } : credentials, {
        inspect: ({ body }) => {
            const accessToken = (0,shapes/* findAccessToken */.nT)(body);
            if (accessToken !== undefined)
                onAccessToken(accessToken);
        },
    });
    const accessToken = (0,shapes/* readAccessToken */.o3)(response);
    return { ...(0,shapes/* readToken */.AI)(response), accessToken };
}
async function getToken(api, key, tokenId) {
    return (0,shapes/* readToken */.AI)(await api.send({ ...read, path: `/tokens/${checked(tokenId, "token")}`, key }));
}
async function getTokenCurrent(api, key) {
    return (0,shapes/* readToken */.AI)(await api.send({ ...read, path: "/tokens/self", key }));
}
async function listTokensCustomer(api, key, customerId, onMalformed) {
    const path = `/customer/${checked(customerId, "customer")}/tokens`;
    return (0,shapes/* readTokens */.He)(await api.send({ ...readList, path, key }), onMalformed);
}
async function listTokensUser(api, key, onMalformed) {
    return (0,shapes/* readTokens */.He)(await api.send({ ...readList, path: "/tokens", key }), onMalformed);
}
async function revokeToken(api, key, tokenId) {
    await api.send({ ...remove, path: `/tokens/${checked(tokenId, "token")}`, key });
}
async function revokeTokenCurrent(api, key) {
    await api.send({ ...remove, path: "/tokens/self", key });
}
async function requestSudo(api, key, user) {
    const response = await postForm(api, "/sudo", new URLSearchParams(), { key, user }, { mayBeEmpty: true });
    return { expiryTime: (0,fields/* readFields */.q)(response).optionalTime("expiry_time") };
}
function checked(id, whose) {
    if ((0,shapes/* isId */.eQ)(id))
        return id;
    throw new TypeError(`a ${whose} ID has only letters and digits`);
}

;// CONCATENATED MODULE: ./src/fastly/index.ts









/***/ }),

/***/ 267:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AI: () => (/* binding */ readToken),
/* harmony export */   He: () => (/* binding */ readTokens),
/* harmony export */   Wu: () => (/* binding */ scopes),
/* harmony export */   eQ: () => (/* binding */ isId),
/* harmony export */   eo: () => (/* binding */ isAccessToken),
/* harmony export */   m0: () => (/* binding */ isKey),
/* harmony export */   nT: () => (/* binding */ findAccessToken),
/* harmony export */   o3: () => (/* binding */ readAccessToken),
/* harmony export */   so: () => (/* binding */ readIdAndName)
/* harmony export */ });
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5215);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2164);


const scopes = ["global", "global:read", "purge_all", "purge_select"];
function readToken(response, at) {
    return tokenOf((0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .readFields */ .q)(response, at), response);
}
function readIdAndName(item) {
    const { id, name } = (item ?? {});
    return typeof id === "string" && typeof name === "string" && isId(id) ? [{ id, name }] : [];
}
function readTokens(response, onMalformed) {
    const { json } = response;
    if (!Array.isArray(json))
        throw (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .malformed */ .Q)(response, "the response is not a list");
    return json.flatMap((item, index) => {
        try {
            return [readToken({ ...response, json: item }, `[${index}]`)];
        }
        catch (caught) {
            const error = (0,_error_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .q)(caught);
            if (!onMalformed)
                throw error;
            onMalformed(error, item);
            return [];
        }
    });
}
function findAccessToken(body) {
    const [, quoted] = /"access_token"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(body) ?? [];
    if (quoted === undefined)
        return undefined;
    try {
        const accessToken = JSON.parse(quoted);
        return typeof accessToken === "string" && isAccessToken(accessToken) ? accessToken : undefined;
    }
    catch {
        return undefined;
    }
}
function isAccessToken(text) {
    return /^[\x21-\x7e]{8,}$/.test(text);
}
function readAccessToken(response) {
    const accessToken = (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .readFields */ .q)(response).text("access_token");
    if (isAccessToken(accessToken))
        return accessToken;
    throw (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .malformed */ .Q)(response, "the field access_token of the response is not a token");
}
function tokenOf(fields, response) {
    const id = fields.text("id");
    if (!isId(id))
        throw (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .malformed */ .Q)(response, "the field id of the response is not an ID");
    return {
        id,
        name: fields.text("name"),
        userId: fields.optionalText("user_id"),
        customerId: fields.optionalText("customer_id"),
        scope: fields.optionalText("scope") ?? scopeOf(fields, response),
        services: fields.optionalTexts("services"),
        createdAt: fields.time("created_at"),
        expiresAt: fields.optionalTime("expires_at"),
        lastUsedAt: fields.optionalTime("last_used_at"),
    };
}
function scopeOf(fields, response) {
    const scopes = fields.optionalTexts("scopes");
    if (scopes.length > 0)
        return scopes.join(" ");
    throw (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .malformed */ .Q)(response, "the field scope of the response is missing");
}
function isId(text) {
    return /^(?!self$)[A-Za-z0-9]{1,64}$/.test(text);
}
function isKey(text) {
    return /^[\x21-\x7e]+$/.test(text);
}


/***/ }),

/***/ 4054:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ HttpError)
/* harmony export */ });
class HttpError extends Error {
    name = "HttpError";
    code;
    sent;
    constructor({ code, reason, sent, cause }) {
        super(reason, cause ? { cause } : {});
        this.code = code;
        this.sent = sent;
    }
}


/***/ }),

/***/ 6884:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $N: () => (/* binding */ codeOf),
/* harmony export */   K9: () => (/* binding */ unconnectedWithin),
/* harmony export */   l: () => (/* binding */ unconnected),
/* harmony export */   uU: () => (/* binding */ unconnectedBy),
/* harmony export */   xT: () => (/* binding */ handshakeFailed),
/* harmony export */   xq: () => (/* binding */ tunnelRefused)
/* harmony export */ });
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4054);
/* harmony import */ var _response_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8621);


function unconnected(why, through, cause) {
    if (through)
        return failure("proxy-failed", `no connection through the proxy ${why}`, cause);
    return failure("unreachable", `no connection ${why}`, cause);
}
function unconnectedWithin(ms, through) {
    return unconnected(`within ${(0,_response_js__WEBPACK_IMPORTED_MODULE_1__/* .secondsOf */ .TM)(ms)}`, through);
}
function tunnelRefused(status) {
    const reason = `no connection, because the proxy responded with HTTP ${status}`;
    return failure(status < 500 ? "proxy-refused" : "proxy-failed", reason);
}
function unconnectedBy(error, through) {
    const code = codeOf(error);
    return unconnected(`(${code})`, through, new Error(code));
}
function handshakeFailed(error, peer, through, isVerdict) {
    const code = codeOf(error);
    const cause = new Error(code);
    if (speaksNoTls(error, code)) {
        return unconnected(`(${code}), because the ${peer}'s port does not speak TLS`, through, cause);
    }
    if (isVerdict) {
        const reason = `the ${peer}'s certificate ${certificateFaults[code] ?? "could not be verified"} (${code})`;
        return failure("untrusted-certificate", reason, cause);
    }
    if (!/^ERR_(?:SSL|OSSL|TLS)_|^EPROTO$/.test(code))
        return unconnectedBy(error, through);
    const reason = `no TLS connection to the ${peer} that could be trusted (${code})`;
    return failure("untrusted-certificate", reason, cause);
}
function failure(code, reason, cause) {
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({ code, reason, sent: false, ...(cause ? { cause } : {}) });
}
function speaksNoTls(error, code) {
    if (/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST)$/.test(code))
        return true;
    return code === "EPROTO" && /wrong version number|packet length too long/.test(error.message);
}
const unknownAuthority = "comes from no authority that this machine knows";
const otherHost = "is another host's";
const certificateFaults = {
    CERT_HAS_EXPIRED: "has expired",
    CERT_NOT_YET_VALID: "is not valid yet",
    CERT_REVOKED: "has been revoked",
    ERR_TLS_CERT_ALTNAME_INVALID: otherHost,
    HOSTNAME_MISMATCH: otherHost,
    INVALID_PURPOSE: "was not issued for a server",
    CERT_UNTRUSTED: unknownAuthority,
    DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
    SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
    UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
};
function codeOf(error) {
    const { code } = error;
    if (typeof code === "string" && /^\w+$/.test(code))
        return code;
    const [first] = error instanceof AggregateError ? error.errors : [];
    return first instanceof Error ? codeOf(first) : error.name;
}


/***/ }),

/***/ 3149:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  g: () => (/* binding */ openTransport)
});

// EXTERNAL MODULE: ./node_modules/undici/lib/dispatcher/client.js
var client = __webpack_require__(3701);
var client_default = /*#__PURE__*/__webpack_require__.n(client);
// EXTERNAL MODULE: ./src/http/error.ts
var http_error = __webpack_require__(4054);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./src/http/node-failures.ts
var node_failures = __webpack_require__(6884);
;// CONCATENATED MODULE: ./src/http/node-dialer.ts


function createDialer(own, timeoutMs) {
    return {
        tcp: (url, through) => openTcp(own, url, attemptTimeout(timeoutMs()), through),
        secure: (socket, url, peer, through) => openTls(own, socket, url, peer, through),
    };
}
function attemptTimeout(timeoutMs) {
    return Math.max(250, Math.min(3_000, Math.floor(timeoutMs / 3)));
}
function openTcp(own, url, attemptMs, through) {
    const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
    const socket = own(external_node_net_.connect({
        host: hostOf(url),
        port,
        autoSelectFamily: true,
        autoSelectFamilyAttemptTimeout: attemptMs,
        noDelay: true,
        keepAlive: true,
    }));
    return ready(socket, "connect", (error) => (0,node_failures/* unconnectedBy */.uU)(error, through));
}
async function openTls(own, socket, url, peer, through) {
    const tls = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 1692, 23));
    const host = hostOf(url);
    const secured = own(tls.connect({
        socket,
        host,
        ...(external_node_net_.isIP(host) === 0 ? { servername: host } : {}),
        ALPNProtocols: ["http/1.1"],
        rejectUnauthorized: true,
    }));
    return ready(secured, "secureConnect", (error) => (0,node_failures/* handshakeFailed */.xT)(error, peer, through, Boolean(secured.authorizationError)));
}
function ready(socket, event, explain) {
    return new Promise((resolve, reject) => {
        const onError = (error) => reject(explain(error));
        const onClose = () => reject(explain(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
        socket.once(event, () => {
            socket.off("error", onError);
            socket.off("close", onClose);
            resolve(socket);
        });
        socket.on("error", onError);
        socket.once("close", onClose);
    });
}
function hostOf({ hostname }) {
    return hostname.replace(/^\[|\]$/g, "");
}

;// CONCATENATED MODULE: ./src/http/node-interim.ts
const longest = 16 * 1024;
function skipInterimResponses(socket) {
    const read = socket.read.bind(socket);
    let isHeadExpected = false;
    let held = Buffer.alloc(0);
    socket.read = (size) => {
        for (;;) {
            const chunk = read(size);
            if (!isHeadExpected || chunk === null)
                return chunk;
            if (held.length === 0 && !mayBeInterim(chunk)) {
                isHeadExpected = false;
                return chunk;
            }
            held = withoutInterim(Buffer.concat([held, chunk]));
            if (isUndecided(held))
                continue;
            isHeadExpected = false;
            const rest = held;
            held = Buffer.alloc(0);
            return rest;
        }
    };
    return () => {
        isHeadExpected = true;
    };
}
function mayBeInterim(bytes) {
    const firstDigit = bytes["HTTP/1.1 ".length];
    return firstDigit === undefined || firstDigit === "1".charCodeAt(0);
}
const interim = /^HTTP\/1\.[01] 1\d\d[ \r]/;
function withoutInterim(bytes) {
    let rest = bytes;
    while (interim.test(statusLineOf(rest))) {
        const end = rest.indexOf("\r\n\r\n");
        if (end === -1)
            break;
        rest = rest.subarray(end + 4);
    }
    return rest;
}
function isUndecided(bytes) {
    const start = statusLineOf(bytes);
    if (start.length < "HTTP/1.1 100 ".length)
        return "HTTP/1.".startsWith(start.slice(0, 7));
    return interim.test(start) && bytes.length < longest;
}
function statusLineOf(bytes) {
    return bytes.toString("latin1", 0, "HTTP/1.1 100 ".length);
}

;// CONCATENATED MODULE: ./src/http/node-connector.ts



function openConnector(origin, proxy) {
    const sockets = new Set();
    let isOver = false;
    let timeoutMs = 0;
    let expectResponse = () => { };
    const dialer = createDialer(own, () => timeoutMs);
    function own(socket) {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        socket.on("error", () => { });
        if (isOver)
            socket.destroy();
        return socket;
    }
    async function dial() {
        const target = new URL(origin);
        if (proxy !== undefined) {
            const { openTunnel } = await __webpack_require__.e(/* import() */ 201).then(__webpack_require__.bind(__webpack_require__, 5201));
            return dialer.secure(await openTunnel(dialer, new URL(proxy), target), target, "server", true);
        }
        const socket = await dialer.tcp(target, false);
        return target.protocol === "https:" ? dialer.secure(socket, target, "server", false) : socket;
    }
    return {
        connect: (_options, callback) => {
            dial().then((socket) => {
                expectResponse = skipInterimResponses(socket);
                expectResponse();
                callback(null, socket);
            }, (error) => callback(error instanceof Error ? error : new Error(String(error)), null));
        },
        expect: (ms) => {
            timeoutMs = ms;
            expectResponse();
        },
        lateness: (ms) => (0,node_failures/* unconnectedWithin */.K9)(ms, proxy !== undefined),
        destroy: () => {
            isOver = true;
            for (const socket of sockets)
                socket.destroy();
        },
    };
}

// EXTERNAL MODULE: ./src/http/response.ts
var response = __webpack_require__(8621);
;// CONCATENATED MODULE: ./src/http/node.ts





function openTransport(origin, proxy) {
    let link;
    function open() {
        const connector = openConnector(origin, proxy);
        const options = { connect: connector.connect, headersTimeout: 0, bodyTimeout: 0, allowH2: false };
        return { connector, client: new (client_default())(origin, options) };
    }
    async function drop() {
        const dropped = link;
        link = undefined;
        dropped?.connector.destroy();
        await dropped?.client.destroy();
    }
    return {
        close: drop,
        exchange: async (request, limits) => {
            try {
                link ??= open();
                const response = await exchangeOver(link, request, { ...limits, origin });
                if (!response.complete)
                    await drop();
                return response;
            }
            catch (error) {
                await drop();
                throw error;
            }
        },
    };
}
async function exchangeOver(link, request, limits) {
    const { head, body, failure } = await receive(link, request, limits);
    const encoding = head.headers["content-encoding"];
    if (encoding === undefined)
        return (0,response/* responseOf */.lR)(head, body, failure);
    const { decode } = await __webpack_require__.e(/* import() */ 337).then(__webpack_require__.bind(__webpack_require__, 337));
    const decoded = await decode(body, encoding, limits.maxBytes);
    if (decoded.end === "too-large")
        return (0,response/* responseOf */.lR)(head, decoded.body, (0,response/* tooLarge */.g$)(limits));
    return (0,response/* responseOf */.lR)(head, decoded.body, failure ?? (decoded.end === "broken" ? (0,response/* undecodable */.z$)() : undefined));
}
function receive({ client, connector }, request, limits) {
    return new Promise((resolve, reject) => {
        let sent = false;
        let head;
        const body = new response/* BodyBytes */.A7(limits.maxBytes);
        const timer = setTimeout(() => end(sent ? (0,response/* tooLate */.Bg)(limits) : connector.lateness(limits.timeoutMs)), limits.timeoutMs);
        const onAbort = () => end((0,response/* interrupted */.VM)(sent));
        limits.signal?.addEventListener("abort", onAbort, { once: true });
        function end(failure) {
            clearTimeout(timer);
            limits.signal?.removeEventListener("abort", onAbort);
            if (head)
                resolve({ head, body: body.all(), ...(failure ? { failure } : {}) });
            else
                reject(failure ?? (0,response/* connectionLost */.Bx)("no head"));
        }
        if (limits.signal?.aborted)
            return onAbort();
        connector.expect(limits.timeoutMs);
        client.dispatch({ ...request, headers: (0,response/* headersOf */.Yl)(request), origin: limits.origin, headersTimeout: 0, bodyTimeout: 0 }, {
            onRequestStart: () => {
                sent = true;
            },
            onResponseStart: (_controller, status, headers) => {
                head = { status, headers: firstValues(headers) };
            },
            onResponseData: (_controller, chunk) => {
                if (!body.add(chunk))
                    end((0,response/* tooLarge */.g$)(limits));
            },
            onResponseEnd: () => end(),
            onResponseError: (_controller, error) => end(error instanceof http_error/* HttpError */.j ? error : (0,response/* connectionLost */.Bx)((0,node_failures/* codeOf */.$N)(error))),
        });
    });
}
function firstValues(headers) {
    const first = {};
    for (const [name, value] of Object.entries(headers))
        first[name.toLowerCase()] = Array.isArray(value) ? value[0] : value;
    return first;
}


/***/ }),

/***/ 8621:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A7: () => (/* binding */ BodyBytes),
/* harmony export */   Bg: () => (/* binding */ tooLate),
/* harmony export */   Bx: () => (/* binding */ connectionLost),
/* harmony export */   TM: () => (/* binding */ secondsOf),
/* harmony export */   VM: () => (/* binding */ interrupted),
/* harmony export */   Yl: () => (/* binding */ headersOf),
/* harmony export */   g$: () => (/* binding */ tooLarge),
/* harmony export */   lR: () => (/* binding */ responseOf),
/* harmony export */   z$: () => (/* binding */ undecodable)
/* harmony export */ });
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4054);

function headersOf(request) {
    return { ...request.headers, "accept-encoding": "identity" };
}
const decoder = new TextDecoder();
function responseOf(head, body, failure) {
    const text = decoder.decode(body);
    return { ...head, body: text, complete: failure === undefined, ...(failure ? { failure } : {}) };
}
class BodyBytes {
    #chunks = [];
    #length = 0;
    #most;
    constructor(most) {
        this.#most = most;
    }
    add(chunk) {
        const room = this.#most - this.#length;
        const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
        this.#chunks.push(kept);
        this.#length += kept.length;
        return chunk.length <= room;
    }
    all() {
        const [only] = this.#chunks;
        if (only && this.#chunks.length === 1)
            return only;
        const all = new Uint8Array(this.#length);
        let at = 0;
        for (const chunk of this.#chunks) {
            all.set(chunk, at);
            at += chunk.length;
        }
        return all;
    }
}
function tooLarge({ maxBytes }) {
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({
        code: "response-too-large",
        reason: `the response has more than ${maxBytes} bytes`,
        sent: true,
    });
}
function tooLate({ timeoutMs }) {
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({
        code: "timed-out",
        reason: `no complete response within ${secondsOf(timeoutMs)}`,
        sent: true,
    });
}
function interrupted(sent) {
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({ code: "aborted", reason: "was interrupted", sent });
}
function connectionLost(code) {
    const reason = `the connection broke before a complete response (${code})`;
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({ code: "connection-lost", reason, sent: true, cause: new Error(code) });
}
function undecodable() {
    const reason = "the response's content encoding could not be decoded";
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({ code: "connection-lost", reason, sent: true });
}
function secondsOf(ms) {
    return `${Number((ms / 1000).toFixed(1))} s`;
}


/***/ }),

/***/ 5744:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _U: () => (/* binding */ parseDate),
/* harmony export */   a2: () => (/* binding */ retryDelay),
/* harmony export */   gW: () => (/* binding */ askedDelay)
/* harmony export */ });
const firstCeilingMs = 250;
const highestCeilingMs = 8_000;
function retryDelay(tries, askedMs, random) {
    const ceiling = Math.min(highestCeilingMs, firstCeilingMs * 2 ** (tries - 1));
    return (askedMs ?? 0) + random() * ceiling;
}
function askedDelay(status, headers, now) {
    const retryAfter = headers["retry-after"];
    if (retryAfter !== undefined) {
        if (/^\d{1,9}$/.test(retryAfter))
            return Number(retryAfter) * 1000;
        const date = parseDate(retryAfter);
        if (date !== undefined)
            return Math.max(0, date - now);
    }
    const reset = status === 429 ? headers["fastly-ratelimit-reset"] : undefined;
    if (reset === undefined || !/^\d{1,12}$/.test(reset))
        return undefined;
    return Math.max(0, Number(reset) * 1000 - now);
}
function parseDate(text) {
    const ms = text === undefined ? Number.NaN : Date.parse(text);
    return Number.isNaN(ms) ? undefined : ms;
}


/***/ }),

/***/ 6764:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ cleanText)
/* harmony export */ });
/* harmony import */ var _one_line_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3854);
/* harmony import */ var _secret_forms_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8613);


const shortestPiece = 4;
function cleanText(text, secrets, longest = 200) {
    const forms = secrets.flatMap(_secret_forms_js__WEBPACK_IMPORTED_MODULE_0__/* .secretForms */ .eo);
    const clean = strike((0,_one_line_js__WEBPACK_IMPORTED_MODULE_1__/* .oneLine */ .T)(strike(text, forms)), forms).trim();
    const shown = strikeCutSecret(clean, forms);
    return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
}
function strike(text, forms) {
    return forms.reduce((rest, form) => rest.replace(new RegExp(escapeRegExp(form), "gi"), "***"), text);
}
function strikeCutSecret(text, forms) {
    const [ending = ""] = /(?:\.\.\.|…)?["')\]]*$/.exec(text) ?? [];
    const body = text.slice(0, text.length - ending.length).toLowerCase();
    const cut = Math.max(0, ...forms.map((form) => overlap(body, form.toLowerCase())));
    return cut < shortestPiece ? text : `${text.slice(0, body.length - cut)}***${ending}`;
}
function overlap(text, secret) {
    for (let length = Math.min(text.length, secret.length - 1); length >= shortestPiece; length--)
        if (text.endsWith(secret.slice(0, length)))
            return length;
    return 0;
}
function escapeRegExp(text) {
    return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}


/***/ }),

/***/ 9495:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E9: () => (/* binding */ parseDuration),
/* harmony export */   Um: () => (/* binding */ roughDuration),
/* harmony export */   a3: () => (/* binding */ formatDuration)
/* harmony export */ });
const units = { D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 };
const pattern = /^(?:(\d{1,6})D)?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?$/;
const isoPattern = /^P(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}S)?)?$/;
function parseDuration(text) {
    const upper = text.trim().toUpperCase();
    const parts = isoPattern.test(upper) ? upper.replace(/[PT]/g, "") : upper;
    const found = pattern.exec(parts);
    if (!found || parts === "")
        return undefined;
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = found;
    return (Number(days) * units.D + Number(hours) * units.H + Number(minutes) * units.M + Number(seconds) * units.S);
}
function formatDuration(ms) {
    const whole = Math.round(ms / 1000);
    const parts = [
        [Math.floor(whole / 3600), "h"],
        [Math.floor((whole % 3600) / 60), "m"],
        [whole % 60, "s"],
    ];
    if (whole === 0)
        return "0s";
    return parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
}
function roughDuration(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    if (minutes === 0)
        return `${seconds} s`;
    if (hours === 0)
        return `${minutes} min`;
    if (days === 0)
        return `${hours} h${afterwards(minutes % 60, "min")}`;
    return `${days} ${days === 1 ? "day" : "days"}${afterwards(hours % 24, "h")}`;
}
function afterwards(count, unit) {
    return count === 0 ? "" : ` ${count} ${unit}`;
}


/***/ }),

/***/ 90:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ isoTime)
/* harmony export */ });
function isoTime(ms) {
    return `${new Date(ms).toISOString().slice(0, -".000Z".length)}Z`;
}


/***/ }),

/***/ 9257:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ isObject),
/* harmony export */   l: () => (/* binding */ parseObject)
/* harmony export */ });
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
function parseObject(body) {
    try {
        const json = JSON.parse(body.replace(/^\ufeff/, ""));
        return isObject(json) ? json : undefined;
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 3854:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ oneLine)
/* harmony export */ });
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
function oneLine(text) {
    return text.replace(invisible, "").replace(controls, " ");
}


/***/ }),

/***/ 8613:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   ZD: () => (/* binding */ escapeHtml),
/* harmony export */   eo: () => (/* binding */ secretForms),
/* harmony export */   f0: () => (/* binding */ basicForm),
/* harmony export */   mU: () => (/* binding */ maskableForms)
/* harmony export */ });
function secretForms(secret) {
    const wellFormed = secret.toWellFormed();
    const percentEncoded = [
        encodeURIComponent(wellFormed),
        encodeURI(wellFormed),
        new URLSearchParams([["", wellFormed]]).toString().slice("=".length),
    ];
    const forms = [
        secret,
        secret.trim(),
        ...percentEncoded,
        ...percentEncoded.map((form) => form.replace(/%[0-9A-F]{2}/g, (encoded) => encoded.toLowerCase())),
        escapeHtml(secret),
        JSON.stringify(secret).slice(1, -1),
        base64(secret),
        base64(secret).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
        ...secret.split(/\r\n|\r|\n/),
    ];
    return [...new Set(forms)].filter((form) => form.trim() !== "").sort((a, b) => b.length - a.length);
}
const shortestMask = 4;
function maskableForms(secret) {
    return secretForms(secret).filter((form) => form.trim().length >= shortestMask);
}
function escapeHtml(text) {
    return text.replace(/[&<>"'`|\r\n]/g, (character) => htmlEscapes[character] ?? `&#${character.charCodeAt(0)};`);
}
const htmlEscapes = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
};
function basicForm(username, password) {
    return base64(`${username}:${password}`);
}
function base64(text) {
    const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
    return btoa(bytes.join(""));
}


/***/ }),

/***/ 9014:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   dF: () => (/* binding */ keepJournal),
/* harmony export */   xw: () => (/* binding */ emptyJournal),
/* harmony export */   z8: () => (/* binding */ parseJournal)
/* harmony export */ });
/* harmony import */ var _fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(267);
/* harmony import */ var _text_json_object_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9257);
/* harmony import */ var _password_guard_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8464);
/* harmony import */ var _token_name_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1210);




const emptyJournal = { attempts: [], password: { verdict: "unheard", sends: 0 } };
function keepJournal(save, guard) {
    let journal = emptyJournal;
    function become(change) {
        journal = { ...journal, ...change };
        save(journal);
    }
    function put(attempt) {
        const others = journal.attempts.filter(({ name }) => name !== attempt.name);
        become({ attempts: [...others, attempt] });
    }
    return {
        guard: guard ?? (0,_password_guard_js__WEBPACK_IMPORTED_MODULE_2__/* .guardPassword */ .f)(journal.password, (password) => become({ password })),
        intend: (name, askedAt, expiresAt) => put({ name, askedAt, expiresAt, status: { kind: "unknown" } }),
        record: (name, status, expiresAt) => {
            const known = journal.attempts.find((attempt) => attempt.name === name);
            if (known)
                put({ ...known, status, expiresAt: expiresAt === undefined ? known.expiresAt : expiresAt });
        },
        hasLost: () => journal.attempts.some(({ status }) => status.kind === "unknown"),
    };
}
function parseJournal(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .G)(value) || !(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .G)(value.password) || !Array.isArray(value.attempts))
        return undefined;
    const { verdict, sends } = value.password;
    if (!["unheard", "accepted", "refused"].includes(String(verdict)) || !isCount(sends))
        return undefined;
    return value.attempts.every(isAttempt) ? value : undefined;
}
function isAttempt(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .G)(value) ||
        typeof value.name !== "string" ||
        !(0,_token_name_js__WEBPACK_IMPORTED_MODULE_1__/* .hasNameKey */ .dJ)(value.name) ||
        !isCount(value.askedAt))
        return false;
    return (value.expiresAt === null || typeof value.expiresAt === "string") && isStatus(value.status);
}
function isStatus(value) {
    if (!(0,_text_json_object_js__WEBPACK_IMPORTED_MODULE_3__/* .isObject */ .G)(value))
        return false;
    const hasId = typeof value.id === "string" && (0,_fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__/* .isId */ .eQ)(value.id);
    switch (value.kind) {
        case "created":
            return isToken(value.accessToken) && (value.id === undefined || hasId);
        case "handed-over":
            return isToken(value.accessToken) && hasId;
        default:
            return value.kind === "unknown" || value.kind === "never-created" || value.kind === "ended";
    }
}
function isToken(value) {
    return typeof value === "string" && (0,_fastly_shapes_js__WEBPACK_IMPORTED_MODULE_0__/* .isAccessToken */ .eo)(value);
}
function isCount(value) {
    return typeof value === "number" && Number.isFinite(value) && value >= 0;
}


/***/ }),

/***/ 25:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  W: () => (/* binding */ mintToken)
});

// EXTERNAL MODULE: ./src/http/retry-delay.ts
var retry_delay = __webpack_require__(5744);
;// CONCATENATED MODULE: ./src/token/mint-retry.ts

const stop = { kind: "stop" };
const mostLostResponses = 2;
const mostAlike = 1;
const mostRefusedOtps = 2;
const notableOffsetMs = 10_000;
function decideRetry(situation) {
    const { error, tries, sendsLeft, random } = situation;
    const { code, retryAfterMs } = error;
    const backoffMs = (0,retry_delay/* retryDelay */.a2)(tries, retryAfterMs, random);
    if (code === "unreachable" || code === "proxy-failed")
        return again({ kind: "waiting-for-connection", error, waitMs: backoffMs }, situation.offsetMs);
    if (isFinal(code) || sendsLeft <= 0)
        return stop;
    const offsetMs = learnedOffset(situation);
    const otpMs = situation.untilNextOtp(offsetMs);
    switch (code) {
        case "refused-otp":
            if (!situation.hasOtp || situation.refusedOtps > mostRefusedOtps)
                return stop;
            return again({ kind: "waiting-for-otp", waitMs: otpMs }, offsetMs);
        case "token-limit":
            return again({ kind: "waiting-for-room", error, waitMs: spread(situation, otpMs) }, offsetMs);
        case "rate-limited": {
            const waitMs = retryAfterMs === undefined ? spread(situation, otpMs) : Math.max(backoffMs, otpMs);
            if (!error.mayHaveHappened)
                return again({ kind: "waiting-for-rate-limit", waitMs }, offsetMs);
            return afterLostResponse(situation, waitMs, offsetMs);
        }
        case "invalid-expiry":
            if (offsetMs === situation.offsetMs)
                return stop;
            return again({ kind: "correcting-clock", offsetMs, waitMs: otpMs }, offsetMs);
        default:
            return afterLostResponse(situation, Math.max(backoffMs, otpMs), offsetMs);
    }
}
function again(report, offsetMs, underAnotherName = false) {
    return { kind: "retry", report, offsetMs, underAnotherName };
}
const mint_retry_final = new Set([
    "refused-credentials",
    "missing-credentials",
    "account-locked",
    "invalid-scope",
    "bad-request",
    "unauthorized",
    "expired-key",
    "forbidden",
    "not-found",
    "proxy-refused",
    "untrusted-certificate",
    "aborted",
]);
function isFinal(code) {
    return mint_retry_final.has(code);
}
function afterLostResponse(situation, waitMs, offsetMs) {
    const { error, lostResponses, alike } = situation;
    if (!error.mayHaveHappened || lostResponses > mostLostResponses)
        return stop;
    if (isUnreadable(error) && (alike > mostAlike || error.status === 400))
        return stop;
    const patientMs = lostResponses > 1 ? Math.max(waitMs, situation.remainingMs * share(situation, 4)) : waitMs;
    const isSudo = error.operation === "POST /sudo";
    const report = { kind: isSudo ? "sudo-response-lost" : "response-lost", error, waitMs: patientMs };
    return again(report, offsetMs, !isSudo);
}
function isUnreadable({ code }) {
    return unreadable.has(code);
}
const unreadable = new Set([
    "malformed-response",
    "unexpected-response",
    "response-too-large",
    "redirected",
]);
function spread(situation, otpMs) {
    const { tries, error, sendsLeft, remainingMs, random } = situation;
    const backoffMs = (0,retry_delay/* retryDelay */.a2)(tries, error.retryAfterMs, random);
    if (sendsLeft === Number.POSITIVE_INFINITY)
        return Math.max(backoffMs, otpMs);
    return Math.max(error.retryAfterMs ?? 0, remainingMs * share(situation, sendsLeft + 1), otpMs);
}
function share({ random }, parts) {
    return (0.75 + random() / 2) / parts;
}
function learnedOffset({ error, offsetMs, correctionsLeft, now }) {
    if (error.code !== "invalid-expiry" && error.code !== "refused-otp")
        return offsetMs;
    if (error.serverNow === undefined || error.mayHaveHappened || correctionsLeft === 0)
        return offsetMs;
    const seen = error.serverNow - now;
    return Math.abs(seen - offsetMs) < notableOffsetMs ? offsetMs : seen;
}

// EXTERNAL MODULE: ./src/fastly/index.ts + 7 modules
var fastly = __webpack_require__(5096);
// EXTERNAL MODULE: ./src/token/token-name.ts
var token_name = __webpack_require__(1210);
;// CONCATENATED MODULE: ./src/token/mint-try.ts


const sudoMs = 4 * 60_000;
function newMintState(clock, sudoSince) {
    return {
        tries: 0,
        serial: 1,
        lostResponses: 0,
        unreadable: new Map(),
        refusedOtps: 0,
        lastOtpStep: undefined,
        sudoSince,
        isInSudoMode() {
            return this.sudoSince !== undefined && clock.elapsed() - this.sudoSince < sudoMs;
        },
        offsetMs: 0,
        correctionsLeft: 2,
    };
}
async function tryOnce(family, grant, credentials, state, ports) {
    const { api, journal, hide } = ports;
    const { clock } = api;
    const name = (0,token_name/* formatTokenName */.mO)({ ...family, serial: state.serial });
    let accessToken;
    try {
        const auth = await authFor(credentials, state, ports);
        const askedAt = clock.now();
        const expiresAt = new Date(Math.floor((askedAt + state.offsetMs) / 1000) * 1000 + grant.lifetimeMs);
        journal.intend(name, askedAt, (0,fastly/* isoTime */.Ly)(expiresAt.getTime()));
        if (auth.kind === "password")
            journal.guard.sending();
        const order = { name, scopes: grant.scopes, services: grant.services, expiresAt };
        const token = await (0,fastly/* createToken */.Ey)(api, order, auth, (received) => {
            hide(received);
            accessToken = received;
            journal.record(name, { kind: "created", accessToken: received });
            journal.guard.accepted();
        });
        journal.record(name, { kind: "created", accessToken: token.accessToken, id: token.id }, token.expiresAt);
        return { kind: "created", name, token, askedAt, expiresAt };
    }
    catch (caught) {
        const error = (0,fastly/* asFastlyError */.qV)(caught);
        if (accessToken !== undefined)
            return { kind: "malformed", name, error, accessToken };
        noteRefusal(error, credentials, ports);
        if (!error.mayHaveHappened)
            journal.record(name, { kind: "never-created" });
        return { kind: "error", error };
    }
}
function noteRefusal(error, { apiKey }, { journal }) {
    const carriedPassword = apiKey === undefined || error.operation === "POST /sudo";
    if (!carriedPassword)
        return;
    if (credentialRefusals.has(error.code))
        journal.guard.refused(error);
    else if (error.status === undefined && !error.mayHaveHappened)
        journal.guard.notSent();
}
const credentialRefusals = new Set([
    "refused-credentials",
    "account-locked",
    "missing-credentials",
    "bad-request",
    "unauthorized",
    "forbidden",
]);
async function authFor(credentials, state, ports) {
    const { username, password, apiKey } = credentials;
    if (apiKey === undefined)
        return { kind: "password", username, password, otp: otpFor(credentials, state, ports) };
    if (!state.isInSudoMode()) {
        const otp = otpFor(credentials, state, ports);
        ports.journal.guard.sending();
        await (0,fastly/* requestSudo */.ND)(ports.api, apiKey, { username, password, otp });
        state.sudoSince = ports.api.clock.elapsed();
        ports.journal.guard.accepted();
    }
    return { kind: "key-in-sudo-mode", key: apiKey };
}
function otpFor({ otpSource }, state, ports) {
    if (otpSource.kind !== "computed")
        return undefined;
    const now = ports.api.clock.now() + state.offsetMs;
    const otp = otpSource.otpAt(now);
    ports.hide(otp);
    state.lastOtpStep = Math.floor(now / otpSource.stepMs);
    return otp;
}

// EXTERNAL MODULE: ./src/token/mismatch.ts
var mismatch = __webpack_require__(3285);
// EXTERNAL MODULE: ./src/token/revoke-self.ts
var revoke_self = __webpack_require__(4010);
// EXTERNAL MODULE: ./src/token/token-status.ts
var token_status = __webpack_require__(4123);
// EXTERNAL MODULE: ./src/token/waited.ts
var waited = __webpack_require__(913);
;// CONCATENATED MODULE: ./src/token/mint-token.ts






async function mintToken(name, grant, credentials, ports) {
    const { guard } = ports.journal;
    const state = newMintState(ports.api.clock, credentials.sudoSince);
    if (guard.left() === 0)
        return {
            kind: "password-not-sent",
            why: guard.verdict === "refused" ? "refused" : "sent-too-often",
        };
    for (;;) {
        state.tries++;
        const result = await tryOnce(name, grant, credentials, state, ports);
        const { outcome, pause } = await judge(result, grant, credentials, state, ports);
        if (!pause || pause.waitMs >= ports.api.deadline.remaining())
            return outcome;
        ports.report(pause);
        if (!(await (0,waited/* waited */.h)(ports.api, pause.waitMs)))
            return { kind: "interrupted" };
    }
}
async function judge(result, grant, credentials, state, ports) {
    switch (result.kind) {
        case "created":
            return judgeCreated(result, grant, credentials, state, ports);
        case "malformed": {
            const { name, accessToken, error } = result;
            const status = await endTry(name, accessToken, ports);
            const isCut = error.code === "connection-lost" || error.code === "timed-out";
            const pause = isCut ? pauseAfter(error, credentials, state, ports) : undefined;
            return { outcome: { kind: "malformed", error, status }, pause };
        }
        case "error": {
            const { error } = result;
            if (error.code === "aborted")
                return { outcome: { kind: "interrupted" } };
            return {
                outcome: { kind: "failed", error, tries: state.tries },
                pause: pauseAfter(error, credentials, state, ports),
            };
        }
    }
}
async function judgeCreated(result, grant, credentials, state, ports) {
    const { name, token } = result;
    const found = (0,mismatch/* mismatches */.vJ)(token, grant);
    const isOffByTimeAlone = found.every(({ kind }) => kind === "lives-too-long" || kind === "dead-on-arrival");
    const pause = isOffByTimeAlone && !(0,mismatch/* hasLifetimeAsked */.q4)(token, grant)
        ? pauseToCorrectClock(result, credentials, state, ports)
        : undefined;
    if (found.length === 0 && !pause)
        return { outcome: { kind: "minted", name, token } };
    const status = await endTry(name, token.accessToken, ports);
    return { outcome: { kind: "not-as-asked", token, mismatches: found, status }, pause };
}
function pauseToCorrectClock({ token, expiresAt, askedAt }, credentials, state, ports) {
    const takenAsSent = token.expiresAt !== null && Math.abs(Date.parse(token.expiresAt) - expiresAt.getTime()) <= 1000;
    if (!takenAsSent || state.correctionsLeft === 0)
        return undefined;
    const offsetMs = Date.parse(token.createdAt) - askedAt;
    const waitMs = untilNextOtp(credentials, state, ports.api.clock, offsetMs);
    if (waitMs >= ports.api.deadline.remaining())
        return undefined;
    state.correctionsLeft--;
    state.offsetMs = offsetMs;
    state.serial++;
    return { kind: "correcting-clock", offsetMs, waitMs };
}
function pauseAfter(error, credentials, state, ports) {
    const kind = `${error.code} ${error.status ?? ""}`;
    if (error.mayHaveHappened)
        state.lostResponses++;
    if (isUnreadable(error))
        state.unreadable.set(kind, (state.unreadable.get(kind) ?? 0) + 1);
    if (error.code === "refused-otp")
        state.refusedOtps++;
    if (ports.endsWhereFull && (error.code === "token-limit" || error.code === "rate-limited"))
        return undefined;
    const decision = decideRetry({
        error,
        ...state,
        alike: state.unreadable.get(kind) ?? 0,
        sendsLeft: sendsLeft(credentials, state, ports),
        now: ports.api.clock.now(),
        remainingMs: ports.api.deadline.remaining(),
        untilNextOtp: (offsetMs) => untilNextOtp(credentials, state, ports.api.clock, offsetMs),
        hasOtp: credentials.otpSource.kind === "computed",
        random: ports.api.random,
    });
    if (decision.kind === "stop")
        return undefined;
    if (decision.offsetMs !== state.offsetMs)
        state.correctionsLeft--;
    state.offsetMs = decision.offsetMs;
    if (decision.underAnotherName)
        state.serial++;
    return decision.report;
}
function sendsLeft({ apiKey }, state, { journal, sendsForRecovery = 0 }) {
    if (apiKey !== undefined && state.isInSudoMode())
        return Number.POSITIVE_INFINITY;
    return journal.guard.left() - (journal.hasLost() ? sendsForRecovery : 0);
}
function untilNextOtp({ otpSource }, state, clock, offsetMs) {
    if (otpSource.kind !== "computed" || state.isInSudoMode())
        return 0;
    const now = clock.now() + offsetMs;
    const step = Math.floor(now / otpSource.stepMs);
    return step === state.lastOtpStep ? (step + 1) * otpSource.stepMs - now : 0;
}
async function endTry(name, accessToken, { api, journal }) {
    const status = await (0,revoke_self/* revokeSelf */.l)(api, accessToken, api.clock.now());
    if (!(0,token_status/* isLeft */.OC)(status))
        journal.record(name, { kind: "ended" });
    return status;
}


/***/ }),

/***/ 3285:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   XA: () => (/* binding */ lifetimeOf),
/* harmony export */   q4: () => (/* binding */ hasLifetimeAsked),
/* harmony export */   vJ: () => (/* binding */ mismatches)
/* harmony export */ });
const toleranceMs = 60_000;
function mismatches(token, grant) {
    return [
        ...scopeMismatch(token, grant),
        ...servicesMismatch(token, grant),
        ...lifetimeMismatch(token, grant),
    ];
}
function scopeMismatch(token, grant) {
    const asked = grant.scopes;
    const granted = token.scope.split(/[\s,]+/).filter((scope) => scope !== "");
    const within = granted.length > 0 && granted.every((scope) => asked.includes(scope) || asked.includes("global"));
    return within ? [] : [{ kind: "wider-scope", granted: token.scope }];
}
function servicesMismatch(token, grant) {
    if (grant.services.length === 0)
        return [];
    const within = token.services.length > 0 && token.services.every((id) => grant.services.includes(id));
    return within ? [] : [{ kind: "wider-services", granted: token.services }];
}
function lifetimeOf({ createdAt, expiresAt }) {
    return expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - Date.parse(createdAt);
}
function lifetimeMismatch(token, grant) {
    const lifetimeMs = lifetimeOf(token);
    if (lifetimeMs === Number.POSITIVE_INFINITY)
        return [{ kind: "never-expires" }];
    if (lifetimeMs > grant.lifetimeMs + toleranceMs)
        return [{ kind: "lives-too-long", lifetimeMs }];
    if (lifetimeMs < Math.min(grant.lifetimeMs, toleranceMs) / 2)
        return [{ kind: "dead-on-arrival", lifetimeMs }];
    return [];
}
function hasLifetimeAsked(token, grant) {
    const tolerance = Math.min(toleranceMs, grant.lifetimeMs / 2);
    return Math.abs(lifetimeOf(token) - grant.lifetimeMs) <= tolerance;
}


/***/ }),

/***/ 8464:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ guardPassword)
/* harmony export */ });
/* unused harmony export mostPasswordSends */
const mostPasswordSends = 4;
function guardPassword(use = { verdict: "unheard", sends: 0 }, save = () => { }) {
    let { verdict, sends } = use;
    function become(next) {
        verdict = next.verdict ?? verdict;
        sends = next.sends ?? sends;
        save({ verdict, sends });
    }
    return {
        get verdict() {
            return verdict;
        },
        left() {
            if (verdict === "accepted")
                return Number.POSITIVE_INFINITY;
            return verdict === "refused" ? 0 : Math.max(0, mostPasswordSends - sends);
        },
        sending: () => become({ sends: sends + 1 }),
        notSent: () => become({ sends: sends - 1 }),
        accepted: () => become({ verdict: "accepted" }),
        refused: () => become({ verdict: "refused" }),
    };
}


/***/ }),

/***/ 4010:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ revokeUnseen),
/* harmony export */   l: () => (/* binding */ revokeSelf)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5096);
/* harmony import */ var _settle_by_looks_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5499);
/* harmony import */ var _token_status_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4123);



async function revokeSelf(api, accessToken, askedAt) {
    const status = await revokeUnseen(api, accessToken, askedAt === undefined ? 0 : (0,_token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .youthLeft */ .lC)(api, askedAt));
    return status.kind === "not-known" ? (0,_token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .goneStatus */ .yS)(status.responseLost) : status;
}
async function revokeUnseen(api, accessToken, youthMs = 0) {
    return (0,_settle_by_looks_js__WEBPACK_IMPORTED_MODULE_2__/* .settleByLooks */ .v)(api, youthMs, () => look(api, accessToken));
}
async function look(api, accessToken) {
    try {
        await (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .revokeTokenCurrent */ .Dt)(api, accessToken);
        return { kind: "settled", status: { kind: "revoked" } };
    }
    catch (caught) {
        const error = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV)(caught);
        if (error.code === "expired-key")
            return { kind: "settled", status: { kind: "already-gone", how: "expired" } };
        return { kind: (0,_token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .isUnknownToken */ .ok)(error) ? "missing" : "failed", error };
    }
}


/***/ }),

/***/ 5499:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   v: () => (/* binding */ settleByLooks)
/* harmony export */ });
/* harmony import */ var _token_status_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4123);
/* harmony import */ var _waited_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(913);


async function settleByLooks(api, youthMs, take) {
    const { clock, deadline } = api;
    const grownUpAt = clock.elapsed() + youthMs;
    let responseLost = false;
    let misses = 0;
    for (let look = 1;; look++) {
        const result = await take(look);
        if (result.kind === "settled")
            return result.status;
        const { kind, error } = result;
        responseLost ||= error.mayHaveHappened;
        error.mayHaveHappened = responseLost;
        if (kind === "failed")
            return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_0__/* .statusAfter */ .Bh)(error);
        if (kind === "missing")
            misses++;
        if (misses > 1 && clock.elapsed() >= grownUpAt)
            return { kind: "not-known", responseLost };
        const grownUpMs = Math.max(_token_status_js__WEBPACK_IMPORTED_MODULE_0__/* .secondLookMs */ .yl, grownUpAt - clock.elapsed() + 50);
        const waitMs = grownUpMs < deadline.remaining() ? grownUpMs : _token_status_js__WEBPACK_IMPORTED_MODULE_0__/* .secondLookMs */ .yl;
        if (!(await (0,_waited_js__WEBPACK_IMPORTED_MODULE_1__/* .waited */ .h)(api, waitMs)))
            return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_0__/* .statusAfter */ .Bh)(error);
    }
}


/***/ }),

/***/ 1210:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S$: () => (/* binding */ isServer),
/* harmony export */   Z6: () => (/* binding */ isRepository),
/* harmony export */   b_: () => (/* binding */ isNameOf),
/* harmony export */   dJ: () => (/* binding */ hasNameKey),
/* harmony export */   ih: () => (/* binding */ unknownRun),
/* harmony export */   mO: () => (/* binding */ formatTokenName),
/* harmony export */   pF: () => (/* binding */ mayBeCutNameOf),
/* harmony export */   ud: () => (/* binding */ parseTokenName)
/* harmony export */ });
/* unused harmony exports isNonce, nameKey */
const unknownRun = { server: "unknown", repository: "unknown/unknown", runId: "0" };
const longestName = 255;
const mark = "fastly-ephemeral-token/1";
const segment = "(?!\\.{1,2}(?:[/ ]|$))[A-Za-z0-9_.-]+";
const host = "[a-z0-9-]+(?:\\.[a-z0-9-]+)*(?::\\d{1,5})?";
const run = [
    `(?<server>${host})`,
    `(?<repository>${segment}/${segment})`,
    "actions/runs/(?<runId>\\d{1,15})/attempts/(?<runAttempt>\\d{1,10})",
].join("/");
const pattern = new RegExp([
    `^${mark}`,
    "(?<nonce>[0-9a-f]{20})\\.(?<serial>[1-9]\\d{0,5})",
    run,
    "use=(?<use>job|recovery|revoke|sweep|broker)(?: check=(?<checkRunId>\\d{1,20}))?",
    "job=(?<job>[^\\s~]*~?)(?: label=(?<label>[^\\s~]*~?))?$",
].join(" "));
const repositoryPattern = new RegExp(`^${segment}/${segment}$`);
function isRepository(text) {
    return repositoryPattern.test(text);
}
const serverPattern = new RegExp(`^${host}$`);
function isServer(text) {
    return serverPattern.test(text);
}
function isNonce(text) {
    return /^[0-9a-f]{20}$/.test(text);
}
function formatTokenName(name) {
    const fixed = fixedPart(name);
    const head = fixed.length + " job=".length <= longestName ? fixed : fixedPart({ ...name, ...unknownRun });
    const room = longestName - head.length - " job=".length;
    const job = encode(name.job);
    const label = encode(name.label);
    const labelRoom = label === "" ? 0 : room - " label=".length;
    if (labelRoom <= 0)
        return `${head} job=${shorten(job, room)}`;
    const jobPart = shorten(job, Math.max(Math.floor(labelRoom / 2), labelRoom - label.length));
    return `${head} job=${jobPart} label=${shorten(label, labelRoom - jobPart.length)}`;
}
function fixedPart({ server, repository, runId, runAttempt, use, checkRunId, ...name }) {
    const page = `${server}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`;
    return `${nameKey(name)} ${page} use=${use}${checkRunId ? ` check=${checkRunId}` : ""}`;
}
function shorten(encoded, room) {
    if (encoded.length <= room)
        return encoded;
    let short = encoded.slice(0, Math.max(0, room - 1)).replace(/%[0-9A-F]?$/, "");
    while (decode(short) === undefined)
        short = short.replace(/%[0-9A-F]{2}$/, "");
    return `${short}~`;
}
function nameKey({ nonce, serial }) {
    return `${mark} ${nonce}.${serial}`;
}
const keyPattern = new RegExp(`^${mark} [0-9a-f]{20}\\.\\d+`);
function hasNameKey(name) {
    return keyPattern.test(name);
}
function mayBeCutNameOf(listed, asked) {
    const key = keyPattern.exec(asked)?.[0] ?? "";
    return listed.length >= shortestCut && listed.length < key.length && key.startsWith(listed);
}
const shortestCut = "fastly-ephemeral".length;
function isNameOf(listed, asked) {
    const key = keyPattern.exec(asked)?.[0];
    if (key === undefined)
        return listed === asked;
    return listed.startsWith(key) && !/^\d/.test(listed.slice(key.length));
}
function parseTokenName(text) {
    const groups = pattern.exec(text)?.groups;
    if (!groups || text.length > longestName)
        return undefined;
    const { server = "", repository = "", runId = "", runAttempt = "", use = "", nonce = "" } = groups;
    const job = decode(groups.job ?? "");
    const label = decode(groups.label ?? "");
    if (job === undefined || label === undefined || groups.job === "" || groups.label === "")
        return undefined;
    const name = {
        server,
        repository,
        runId,
        runAttempt,
        job,
        use: use,
        nonce,
        serial: Number(groups.serial),
        ...(groups.checkRunId === undefined ? {} : { checkRunId: groups.checkRunId }),
        label,
    };
    return isCanonical(groups.job ?? "") && isCanonical(groups.label ?? "") ? name : undefined;
}
function isCanonical(part) {
    const whole = part.replace(/~$/, "");
    return encode(decode(whole) ?? "~") === whole;
}
function encode(text) {
    return encodeURIComponent(text.toWellFormed()).replaceAll("~", "%7E");
}
function decode(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 4123:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bh: () => (/* binding */ statusAfter),
/* harmony export */   EI: () => (/* binding */ reportOf),
/* harmony export */   OC: () => (/* binding */ isLeft),
/* harmony export */   TH: () => (/* binding */ idOf),
/* harmony export */   lC: () => (/* binding */ youthLeft),
/* harmony export */   ok: () => (/* binding */ isUnknownToken),
/* harmony export */   yS: () => (/* binding */ goneStatus),
/* harmony export */   yl: () => (/* binding */ secondLookMs)
/* harmony export */ });
function reportOf(attempt, status, id = idOf(attempt)) {
    return { name: attempt.name, id, expiresAt: attempt.expiresAt, status };
}
function idOf({ status }) {
    return "accessToken" in status ? status.id : undefined;
}
function isLeft({ kind }) {
    return kind === "still-alive" || kind === "unknown";
}
function statusAfter(error) {
    const provesNothing = error.mayHaveHappened || error.code === "forbidden" || isUnknownToken(error);
    return { kind: provesNothing ? "unknown" : "still-alive", problem: { kind: "error", error } };
}
function goneStatus(responseLost) {
    return responseLost ? { kind: "revoked" } : { kind: "already-gone", how: "revoked" };
}
function isUnknownToken({ code }) {
    return code === "unauthorized" || code === "not-found";
}
const secondLookMs = 1_500;
const youthMs = 3_500;
function youthLeft({ clock }, askedAt) {
    return Math.min(youthMs, Math.max(0, askedAt + youthMs - clock.now()));
}


/***/ }),

/***/ 913:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ waited)
/* harmony export */ });
async function waited({ clock, deadline, signal }, ms) {
    if (ms >= deadline.remaining())
        return false;
    try {
        await clock.wait(ms, signal);
        return true;
    }
    catch {
        return false;
    }
}


/***/ })

};
;