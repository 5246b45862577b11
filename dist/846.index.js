"use strict";
exports.id = 846;
exports.ids = [846];
exports.modules = {

/***/ 4973:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RS: () => (/* binding */ readBrokerInputs),
/* harmony export */   VQ: () => (/* binding */ readBrokerRoute),
/* harmony export */   W3: () => (/* binding */ hasBroker),
/* harmony export */   Zj: () => (/* binding */ readJwtSource),
/* harmony export */   yZ: () => (/* binding */ readBrokerAccess)
/* harmony export */ });
/* harmony import */ var _environment_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3899);
/* harmony import */ var _grant_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3196);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2623);
/* harmony import */ var _network_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5707);




/** Whether the inputs name a broker in place of a user. */
function hasBroker() {
    return ["broker", "rule", "audience"].some((input) => (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b6)(input) !== "");
}
/** The broker as the inputs name it. Every part that narrows its grant may be left out. */
function readBrokerInputs() {
    const readings = {
        route: readBrokerRoute(),
        asked: readNarrowing(),
        onlyBroker: refuseCredentials(),
        permission: requirePermission(),
    };
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .together */ .bs)(readings);
}
/** The broker of a companion action, whose helper token it makes. */
function readBrokerAccess() {
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
/** The runner sets these where the job may ask for an OIDC token. */
function requirePermission() {
    if ((0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)(requestUrl) !== "" && (0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)("ACTIONS_ID_TOKEN_REQUEST_TOKEN") !== "")
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .valid */ .rZ)(undefined);
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .invalid */ .Gq)("broker", "needs this job's OIDC token, and the job may not ask for one. Add permissions: id-token: write to the job, and contents: read if it checks out code. Workflows that a fork's pull request starts never get one.");
}
/** Where this job asks for its OIDC token. */
function readJwtSource() {
    return { requestUrl: (0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)(requestUrl), requestToken: (0,_environment_js__WEBPACK_IMPORTED_MODULE_3__/* .environment */ .cA)("ACTIONS_ID_TOKEN_REQUEST_TOKEN") };
}


/***/ }),

/***/ 3775:
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
// EXTERNAL MODULE: ./src/fastly/api.ts + 1 modules
var api = __webpack_require__(9356);
// EXTERNAL MODULE: ./src/text/secret-forms.ts
var secret_forms = __webpack_require__(8613);
;// CONCATENATED MODULE: ./src/token/passcodes.ts
/**
 * Reads a user's two-factor secret: base32 in any case, with spaces, hyphens or padding, or an `otpauth://totp/` URI
 * as apps and people write it.
 *
 * @returns the parameters, or what is wrong with the text, without quoting it
 */
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
/**
 * Makes a source of time-based one-time passwords.
 *
 * @throws {Error} whose message says what is wrong with the secret, without quoting it
 */
async function passcodesFrom(secret) {
    const parameters = readTotpSecret(secret);
    if (typeof parameters === "string")
        throw new Error(parameters);
    // Most users have no two-factor authentication: only those who have load the library.
    const { TOTP } = await __webpack_require__.e(/* import() */ 107).then(__webpack_require__.bind(__webpack_require__, 107));
    const totp = new TOTP({ ...parameters });
    return { kind: "computed", stepMs: totp.period * 1000, codeAt: (ms) => totp.generate({ timestamp: ms }) };
}
const noUri = "is not an otpauth://totp/ URI with a secret";
/** Labels, issuers and fragments tell nothing that is needed; names of parameters are taken in any case. */
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
        // A lone % : what it stands in is judged as it is.
        return text;
    }
}

// EXTERNAL MODULE: ./src/action/log.ts
var log = __webpack_require__(8592);
// EXTERNAL MODULE: ./src/action/inputs/input.ts + 1 modules
var inputs_input = __webpack_require__(2623);
// EXTERNAL MODULE: ./src/action/inputs/slips.ts
var slips = __webpack_require__(1489);
;// CONCATENATED MODULE: ./src/action/inputs/credentials.ts







/** Reads and masks the credentials, whatever they are. */
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
/** Judges credentials; nothing of them is ever quoted. */
async function judgeCredentials({ username, password, totpSecret, }) {
    return (0,inputs_input/* together */.bs)({
        username: judgeSecret("username", username),
        password: judgeSecret("password", password),
        passcodes: await judgeTotpSecret(totpSecret),
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
/** What is wrong with a secret's form, whatever it is; nothing of it is quoted. */
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
    return (0,inputs_input/* valid */.rZ)(await passcodesFrom(secret));
}
function judgeKey(input, key) {
    const slip = secretSlip(key);
    if (slip !== undefined)
        return (0,inputs_input/* invalid */.Gq)(input, slip);
    if ((0,api/* isKey */.m)(key))
        return (0,inputs_input/* valid */.rZ)(key);
    return (0,inputs_input/* invalid */.Gq)(input, "is not a Fastly token. A token consists of printable characters without spaces.");
}
/** A secret is masked as it is read. Line ends around it come from the shell that stored it. */
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
/* The only module that reads the environment; inputs are read through @actions/core. */
function environment(name) {
    return process.env[name] ?? "";
}
/** A variable's value, or undefined where there is no such variable. */
function environmentVariable(name) {
    return process.env[name];
}
/** Names of the variables that hold exactly this value. */
function variablesHolding(value) {
    return Object.entries(process.env).flatMap(([name, held]) => (held === value ? [name] : []));
}
/** Whether the runner offers a file for job summaries. */
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
/* harmony import */ var _fastly_token_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4860);
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2623);
/* harmony import */ var _slips_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1489);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4282);




/** What the token may do, where, and for how long. */
function readGrant() {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .together */ .bs)({
        scopes: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("scope", parseScopes),
        services: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("services", parseServices),
        lifetimeMs: (0,_input_js__WEBPACK_IMPORTED_MODULE_1__/* .read */ .LF)("expires-in", (text) => parseLifetime(text === "" ? defaultLifetime : text)),
    });
}
/** Not in the manifest: with a broker, what is left out is what the rule grants. */
const defaultLifetime = "1h";
const parseLifetime = (0,_values_js__WEBPACK_IMPORTED_MODULE_3__/* .durationBetween */ .h9)(_values_js__WEBPACK_IMPORTED_MODULE_3__/* .minute */ .Vc, 24 * _values_js__WEBPACK_IMPORTED_MODULE_3__/* .hour */ .nW);
const allowedScopes = `Use one or more of ${_fastly_token_js__WEBPACK_IMPORTED_MODULE_0__/* .scopes */ .Wu.join(", ")}, separated by spaces.`;
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
    return _fastly_token_js__WEBPACK_IMPORTED_MODULE_0__/* .scopes */ .Wu.includes(text);
}
/** What people write for a scope, by its purpose. */
const scopesByOtherNames = new Map([
    ...["read", "readonly", "read-only", "read_only"].map((name) => [name, "global:read"]),
    ...["purge_key", "purge_keys", "purge_url", "purge_single", "purge-key", "purge-url"].map((name) => [name, "purge_select"]),
]);
function scopeSlip(parts, index) {
    const part = parts[index] ?? "";
    const position = parts.length === 1 ? "" : ` in item ${index + 1} of ${parts.length}`;
    const whole = (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .nearest */ .pA)(parts.join("_"), _fastly_token_js__WEBPACK_IMPORTED_MODULE_0__/* .scopes */ .Wu);
    if (whole !== undefined && parts.length > 1)
        return `has a space in ${whole}; did you mean ${whole}?`;
    const alias = scopesByOtherNames.get(part.toLowerCase());
    if (alias !== undefined)
        return `has ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(part, alias).replace(";", `${position};`)}`;
    if (/^purge$/i.test(part))
        return `has "purge"${position}; did you mean purge_all or purge_select?`;
    const meant = (0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .nearest */ .pA)(part, _fastly_token_js__WEBPACK_IMPORTED_MODULE_0__/* .scopes */ .Wu);
    if (meant !== undefined)
        return `has ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(part, meant).replace(";", `${position};`)}`;
    return `is not a scope: ${(0,_slips_js__WEBPACK_IMPORTED_MODULE_2__/* .describeItem */ .f)(parts, index)} is unknown.`;
}
const whereIdsAre = "An ID has 22 letters and digits; find it in Fastly's control panel, below the service's name.";
/** A list of services; `*` alone is every service, which is an empty list from here on. */
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
/**
 * A list of Fastly's IDs.
 *
 * @param what what each of them is to be, such as `a service ID`
 */
function idsOf(what) {
    return (text) => parseIds(text, what, { isOne: _fastly_token_js__WEBPACK_IMPORTED_MODULE_0__/* .isId */ .eQ, remedy: "An ID has 22 letters and digits." });
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
/** IDs are large numbers written with 62 digits: nearly all have 22 of them or 21. A name is most likely shorter. */
function isServiceId(text) {
    return /^[A-Za-z0-9]{18,24}$/.test(text);
}
/** No limit of a name's length is documented: this keeps the whole name below any likely one (assumed). */
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

/***/ 2623:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  MB: () => (/* binding */ bad),
  uw: () => (/* binding */ good),
  Gq: () => (/* binding */ invalid),
  k3: () => (/* binding */ mapInputs),
  LF: () => (/* binding */ read),
  b6: () => (/* binding */ textOf),
  bs: () => (/* binding */ together),
  rZ: () => (/* binding */ valid),
  dd: () => (/* binding */ valueOr)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 4 modules
var core = __webpack_require__(2486);
;// CONCATENATED MODULE: ./src/action/inputs/defaults.ts
/** The defaults of the manifests once more, for a runner that leaves an input out; a test compares the two. */
const defaults = {
    revoke: "true",
    "fail-on-revoke-error": "false",
    summary: "true",
    "api-url": "https://api.fastly.com",
    timeout: "60s",
    "older-than": "1h",
    "trust-age": "false",
    "dry-run": "false",
};

;// CONCATENATED MODULE: ./src/action/inputs/input.ts


const good = (value) => ({ ok: true, value });
const bad = (problem) => ({ ok: false, problem });
const valid = (inputs) => ({ kind: "valid", inputs });
function invalid(input, problem) {
    return { kind: "invalid", problems: [{ input, problem }] };
}
/** Reads one input; an empty one has its default. */
function read(input, parser) {
    const parsed = parser(textOf(input));
    return parsed.ok ? valid(parsed.value) : invalid(input, parsed.problem);
}
function textOf(input) {
    const given = core/* getInput */.V4(input);
    const fallback = Object.hasOwn(defaults, input) ? defaults[input] : "";
    return given === "" ? fallback : given;
}
/** Puts several readings together: all of their values, or all of their problems. */
function together(parts) {
    const readings = Object.entries(parts);
    const problems = readings.flatMap(([, part]) => (part.kind === "invalid" ? part.problems : []));
    if (problems.length > 0)
        return { kind: "invalid", problems };
    const values = readings.flatMap(([name, part]) => (part.kind === "valid" ? [[name, part.inputs]] : []));
    return valid(Object.fromEntries(values));
}
/** Makes something else of a valid reading. */
function mapInputs(reading, change) {
    return reading.kind === "valid" ? valid(change(reading.inputs)) : reading;
}
/** What a reading says, or something else where it is invalid. */
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
var inputs_credentials = __webpack_require__(3775);
// EXTERNAL MODULE: ./src/action/inputs/environment.ts
var environment = __webpack_require__(3899);
// EXTERNAL MODULE: ./src/action/inputs/input.ts + 1 modules
var inputs_input = __webpack_require__(2623);
// EXTERNAL MODULE: ./src/action/inputs/slips.ts
var slips = __webpack_require__(1489);
;// CONCATENATED MODULE: ./src/action/inputs/export-env.ts


const usual = ["FASTLY_API_TOKEN", "FASTLY_API_KEY"];
const allowed = "Use names of environment variables for a token: they end in TOKEN, KEY or SECRET, such as FASTLY_API_TOKEN or FASTLY_API_KEY.";
/** Names of environment variables, separated by spaces. */
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
/**
 * The runner's own variables, and those that hand a token to somebody else: npm sends NODE_AUTH_TOKEN to its
 * registry, gh sends GH_TOKEN to GitHub.
 */
const belongsToOthers = new RegExp(`^(?:${[
    "GITHUB GH RUNNER ACTIONS INPUT STATE CI GITLAB BITBUCKET CIRCLE",
    "NODE NPM YARN PNPM JSR DENO CARGO GEM NUGET PIP TWINE UV COMPOSER HOMEBREW DOCKER",
    "AWS AZURE ARM GOOGLE GCP GCLOUD CLOUDFLARE DIGITALOCEAN HCLOUD LINODE HEROKU NETLIFY VERCEL FLY",
    "VAULT PULUMI TFE TF_TOKEN SONAR CODECOV SNYK SENTRY DD DATADOG SLACK HF ANTHROPIC OPENAI",
    "SSH GPG GIT BASH LD DYLD PYTHON PERL PERL5 RUBY JAVA",
]
    .join(" ")
    .replaceAll(" ", "|")})_`, "i");
/**
 * A name that plausibly holds a token. Nothing else that programs, shells and loaders read ends so: a token in
 * LD_PRELOAD, BASH_ENV, PATH or HTTPS_PROXY breaks the steps after this one, or sends it away.
 */
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









/** Checks every input of main before anything is sent. */
async function readMainInputs(credentials) {
    const readings = {
        source: await readSource(credentials),
        tokenName: (0,inputs_input/* mapInputs */.k3)((0,inputs_input/* read */.LF)("label", grant/* parseLabel */.Q_), (label) => (0,run/* readTokenName */.n)("job", label)),
        exportEnv: (0,inputs_input/* read */.LF)("export-env", parseVariableNames),
        api: (0,network/* readApiAddress */.$F)(),
        settings: (0,settings/* readSettings */.s)(),
        files: requireFiles((0,inputs_input/* textOf */.b6)("export-env") === "" ? [] : ["GITHUB_ENV"]),
    };
    return (0,inputs_input/* together */.bs)(readings);
}
async function readSource(credentials) {
    if ((0,broker/* hasBroker */.W3)())
        return (0,inputs_input/* mapInputs */.k3)((0,broker/* readBrokerInputs */.RS)(), (inputs) => ({ kind: "broker", ...inputs }));
    const readings = { minter: await (0,inputs_credentials/* judgeCredentials */.so)(credentials), grant: (0,grant/* readGrant */.v7)() };
    return (0,inputs_input/* mapInputs */.k3)((0,inputs_input/* together */.bs)(readings), (inputs) => ({
        kind: "user",
        ...inputs,
    }));
}
/** Without these @actions/core prints state and outputs to the log instead, the token among them. */
function requireFiles(more) {
    const missing = ["GITHUB_STATE", "GITHUB_OUTPUT", ...more].filter((file) => (0,environment/* environment */.cA)(file) === "");
    const problem = "is not set: this action runs on GitHub's runner, or on one like it.";
    const problems = missing.map((input) => ({ input, problem }));
    return problems.length > 0 ? { kind: "invalid", problems } : (0,inputs_input/* valid */.rZ)(undefined);
}
/** What was said by inputs that this action no longer has: the runner itself warns, and hands them on. */
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

// UNUSED EXPORTS: readProxy

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./src/http/proxy.ts
/** The variables that name a proxy for https, the first that is set taking precedence. */
const proxyVariables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
/** The variables that name hosts which are reached without a proxy. */
const exemptionVariables = ["no_proxy", "NO_PROXY"];
/**
 * The URL of the proxy that an environment names for a URL, as it stands there. Plain http goes to loopback alone,
 * which needs none.
 */
function proxyFor(url, env) {
    const named = firstOf(proxyVariables, env);
    if (named === undefined || url.protocol !== "https:")
        return undefined;
    if (isExempt(url, firstOf(exemptionVariables, env) ?? ""))
        return undefined;
    return named.includes("://") ? named : `http://${named}`;
}
/**
 * Whether NO_PROXY names a host, or a domain that it belongs to, as curl reads it: entries are separated by commas or
 * spaces, may begin with a dot or `*.`, and may end with a port. `*` is every host. An address is exempt only as a
 * whole; an IPv6 address may stand in brackets.
 */
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
    // More than one colon outside of brackets is an IPv6 address without them.
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
// EXTERNAL MODULE: ./src/action/inputs/input.ts + 1 modules
var input = __webpack_require__(2623);
// EXTERNAL MODULE: ./src/action/inputs/slips.ts
var slips = __webpack_require__(1489);
// EXTERNAL MODULE: ./src/action/inputs/values.ts
var values = __webpack_require__(4282);
;// CONCATENATED MODULE: ./src/action/inputs/network.ts








const parseTimeout = (0,values/* durationBetween */.h9)(values/* second */.Rc, 10 * values/* minute */.Vc);
function readApiAddress() {
    const apiUrl = (0,input/* read */.LF)("api-url", parseApiUrl);
    return apiUrl.kind === "valid" ? routeTo(apiUrl.inputs) : apiUrl;
}
/** The way to an API by the environment's proxy, where it names one. */
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
/** Whether credentials may be sent to a URL: encrypted, or without leaving the machine. */
function isSafe(url) {
    return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}
function isLoopback(host) {
    return host === "localhost" || host === "[::1]" || ((0,external_node_net_.isIP)(host) === 4 && host.startsWith("127."));
}
/** The proxy that the environment names for a URL, checked and masked. */
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
/** A proxy's URL, where it can be used. */
function parseProxy(text) {
    const proxy = URL.parse(text);
    return proxy && /^https?:$/.test(proxy.protocol) && credentialsOf(proxy) ? proxy : undefined;
}
/** Masks what is secret in a proxy's URL: the password, or a token that stands alone in the place of the user. */
function hideProxy(proxy) {
    const { username, password } = credentialsOf(proxy) ?? { username: "", password: "" };
    if (password === "") {
        (0,log/* hide */.jD)(username);
        (0,log/* hide */.jD)(proxy.username);
    }
    else {
        (0,log/* hide */.jD)(password);
        (0,log/* hide */.jD)(proxy.password);
        // Both at once, since a password of a few characters cannot be masked alone.
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
        // A lone % : the caller says how to write it.
        return undefined;
    }
}
/** GitHub's own API, and the way there. */
function readGitHubAddress() {
    const given = (0,environment/* environment */.cA)("GITHUB_API_URL");
    // No server is assumed: another one's runs have the same numbers.
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



/** Which run this is. What the runner does not say, the name says with a placeholder. */
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
/** The host of the GitHub server that this run is on. */
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
/* harmony export */   D: () => (/* binding */ settingsOrDefaults),
/* harmony export */   s: () => (/* binding */ readSettings)
/* harmony export */ });
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2623);
/* harmony import */ var _network_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5707);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4282);



function readSettings() {
    return (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .together */ .bs)(readings());
}
/** The settings, with the default for each that makes no sense: whatever is wrong, a token is revoked. */
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
        revoke: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .read */ .LF)("revoke", _values_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .yG),
        failOnRevokeError: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .read */ .LF)("fail-on-revoke-error", _values_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .yG),
        summary: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .read */ .LF)("summary", _values_js__WEBPACK_IMPORTED_MODULE_2__/* .parseBoolean */ .yG),
        timeoutMs: (0,_input_js__WEBPACK_IMPORTED_MODULE_0__/* .read */ .LF)("timeout", _network_js__WEBPACK_IMPORTED_MODULE_1__/* .parseTimeout */ .ZZ),
    };
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

/*
 * What is said of a value that cannot be used. A secret that got into the wrong input is masked as a whole, and its
 * parts are not: so a value is described, and quoted only where it is a near miss of a known word.
 */
/** Splits a list at spaces, line ends and commas; empty parts and repetitions are dropped. */
function splitList(text) {
    return [...new Set(text.split(/[\s,]+/).filter((part) => part !== ""))];
}
/** Names one item of a list without quoting it: `item 2 of 3 (7 characters)`. */
function describeItem(items, index) {
    const length = describeLength(items[index] ?? "");
    return items.length === 1 ? `the value (${length})` : `item ${index + 1} of ${items.length} (${length})`;
}
function describeLength(text) {
    return text.length === 1 ? "1 character" : `${text.length} characters`;
}
/** The known word that a text most likely means: it differs in case, in hyphens, or by a letter or two. */
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
/** `"purge-all"; did you mean purge_all?` Only for a text that `nearest` has found a word for. */
function didYouMean(text, word) {
    return `${(0,_log_js__WEBPACK_IMPORTED_MODULE_0__/* .quoted */ .TL)(text, 30)}; did you mean ${word}?`;
}
function simplify(text) {
    return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
/** How many letters have to be put in, left out or changed to make one text of another (Levenshtein). */
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
/**
 * What is wrong with the form of a whole list, likeliest first, whatever its items are.
 *
 * @returns undefined where the form is that of a list
 */
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
/** A value in quotation marks, as copied from a script. */
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
/* harmony import */ var _input_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2623);
/* harmony import */ var _slips_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1489);




const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** A parser of durations between two bounds, in milliseconds. */
function durationBetween(least, most) {
    const range = `Durations go from ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(least)} to ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(most)}.`;
    return (text) => {
        const ms = (0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .parseDuration */ .E)(text);
        if (ms === undefined)
            return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .bad */ .MB)(`${durationSlip(text, least, most)} ${range}`);
        if (ms > most)
            return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .bad */ .MB)(`is too long: at most ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(most)}. ${range}`);
        if (ms < least)
            return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .bad */ .MB)(`is too short: at least ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(least)}. ${range}`);
        return (0,_input_js__WEBPACK_IMPORTED_MODULE_2__/* .good */ .uw)(ms);
    };
}
const longExamples = "use 90s, 15m or 1h30m.";
const shortExamples = "use 30s, 90s or 2m.";
/** What is wrong with a text that is not a valid duration, likeliest first. */
function durationSlip(text, least, most) {
    const isAllowed = (ms) => ms >= least && ms <= most;
    const valid = most < hour ? shortExamples : longExamples;
    const trimmed = text.trim();
    if (/^\d{1,5}$/.test(trimmed)) {
        const meant = withUnits(Number(trimmed)).filter(([, ms]) => isAllowed(ms));
        const use = meant.length > 0 ? `use ${either(meant.map(([text]) => text))}.` : valid;
        return `is ${Number(trimmed)}, and a unit is missing; ${use}`;
    }
    // As long as a one-time password.
    if (/^\d+$/.test(trimmed))
        return `(${(0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .describeLength */ .O2)(trimmed)}) has no unit; ${valid}`;
    if (/^\$|\$\{\{/.test(trimmed))
        return _slips_js__WEBPACK_IMPORTED_MODULE_3__/* .unexpanded */ .JV;
    if ((0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .isInQuotes */ .TI)(trimmed))
        return "is in quotation marks. Remove them.";
    const meant = meantDuration(trimmed);
    if (meant !== undefined) {
        const use = isAllowed(meant) ? `use ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(meant)}.` : valid;
        return `is ${(0,_log_js__WEBPACK_IMPORTED_MODULE_1__/* .quoted */ .TL)(trimmed, 30)}, which is not a valid duration; ${use}`;
    }
    return `(${(0,_slips_js__WEBPACK_IMPORTED_MODULE_3__/* .describeLength */ .O2)(trimmed)}) is not a valid duration; ${valid}`;
}
/** What a number without a unit may mean: seconds, also as people write them; a small one minutes or hours as well. */
function withUnits(count) {
    const inSeconds = [`${count}s`, count * second];
    const short = (0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(count * second);
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
/** `1 hour`, `90 min`, `1.5h`, `1h 30m`: what people write for a duration, in milliseconds. */
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
/** YAML's own words for true and false, as in every action. */
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

/***/ 9004:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Es: () => (/* binding */ summarizeCreated),
/* harmony export */   Sy: () => (/* binding */ writeSummary),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   bo: () => (/* binding */ summarizeRevocations),
/* harmony export */   uf: () => (/* binding */ summarizeEnded)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _text_one_line_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3854);
/* harmony import */ var _text_secret_forms_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8613);
/* harmony import */ var _inputs_environment_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3899);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8592);
/* harmony import */ var _revoke_words_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6918);







/** Writes main's part of the job summary: what was created. */
async function summarizeCreated(token) {
    const services = token.services.length > 0 ? token.services.map(code).join("<br>") : "every service";
    await write("Fastly token", [
        ["Property", "As Fastly granted it"],
        ["ID", code(token.id)],
        ["Name", code(token.name)],
        ["Scope", code(token.scope)],
        ["Services", services],
        ["Expires", code(token.expiresAt ?? "never")],
    ]);
}
/** Writes post's part of the job summary: what became of each token. */
async function summarizeEnded(tokens) {
    const rows = tokens.map((token) => [code(token.id ?? token.name), fate(token)]);
    await write("Fastly token, at the end of the job", [["Token", "What became of it"], ...rows]);
}
function fate({ status, expiresAt }) {
    const expiry = expiresAt === null ? "never expires by itself" : `expires by itself at ${code(expiresAt)}`;
    switch (status.kind) {
        case "revoked":
            return "✅ revoked";
        case "already-gone":
            return status.how === "expired" ? "✅ expired" : "✅ already gone";
        case "never-created":
            return "✅ never created";
        case "kept":
            return `kept, as revoke is false; ${expiry}`;
        case "still-alive":
            return `⚠️ still alive; ${expiry}`;
        case "unknown":
            return `⚠️ may be alive; ${expiry}`;
    }
}
/** Writes the `revoke` action's job summary: what became of each token. */
async function summarizeRevocations(revoked) {
    const rows = revoked.map(({ name, status }) => [code(name), revocationFate(status)]);
    await write("Revoked Fastly tokens", [["Token", "What became of it"], ...rows]);
}
function revocationFate(status) {
    switch (status.kind) {
        case "revoked":
            return "✅ revoked";
        case "already-gone":
            return status.how === "expired" ? "✅ expired" : "✅ already gone";
        case "not-known":
            return "⚠️ not known to Fastly: ended before, or mistyped";
        case "still-alive":
        case "unknown":
            return (0,_revoke_words_js__WEBPACK_IMPORTED_MODULE_4__/* .isUndone */ .Y_)(status) ? "⚠️ not revoked; the log says why" : "⚠️ may still be alive; the log says why";
    }
}
async function write(heading, rows) {
    const [head = [], ...body] = rows;
    const table = [rowOf("th", head), ...body.map((cells) => rowOf("td", cells))].join("");
    await writeSummary(`<h4>${heading}</h4><table>${table}</table>`);
}
function rowOf(element, cells) {
    return `<tr>${cells.map((cell) => `<${element} align="left">${cell}</${element}>`).join("")}</tr>`;
}
async function writeSummary(html) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.appendFileSync)((0,_inputs_environment_js__WEBPACK_IMPORTED_MODULE_5__/* .environment */ .cA)("GITHUB_STEP_SUMMARY"), html + node_os__WEBPACK_IMPORTED_MODULE_1__.EOL);
    }
    catch (error) {
        // A summary is a courtesy: the token is none the worse without it.
        (0,_log_js__WEBPACK_IMPORTED_MODULE_3__/* .warn */ .R8)(`The job summary could not be written. ${error instanceof Error ? error.message : String(error)}`);
    }
}
/** Names and the like come from users and servers: nothing of them may be taken for markup. */
function code(text) {
    return `<code>${(0,_text_secret_forms_js__WEBPACK_IMPORTED_MODULE_2__/* .escapeHtml */ .ZD)((0,_text_one_line_js__WEBPACK_IMPORTED_MODULE_6__/* .oneLine */ .T)(text))}</code>`;
}


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



/*
 * The only way to the log. Whatever a user or a server sent may hold line ends and workflow commands, so
 * each text is made harmless here, and secrets are masked here before anything else can print them.
 */
/** Registers every form of a secret with the runner's masks. */
function hide(secret) {
    for (const form of (0,_text_secret_forms_js__WEBPACK_IMPORTED_MODULE_1__/* .maskableForms */ .mU)(secret))
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq(form);
}
function info(text) {
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(harmless(text));
}
/** An annotation may have several lines: @actions/core escapes their ends. */
function warn(text) {
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e(text.split("\n").map(harmless).join("\n"), { title });
}
/** Prints an error and makes the step fail. */
function fail(text) {
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3(text.split("\n").map(harmless).join("\n"), { title });
    process.exitCode = _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .ExitCode */ .yU.Failure;
}
const title = "Fastly token";
/** Leaves of a text what cannot be taken for a workflow command: the runner finds the old `##[command]` anywhere. */
function harmless(text) {
    return (0,_text_one_line_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .T)(text).replaceAll("##[", "# #[");
}
/** What a user or a server sent, fit to stand in a sentence: on one line, in quotation marks and not too long. */
function quoted(text, longest = 80) {
    const line = harmless(text).trim();
    return `"${line.length > longest ? `${line.slice(0, longest)}…` : line}"`;
}


/***/ }),

/***/ 6918:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cp: () => (/* binding */ doubtfulIds),
/* harmony export */   Y_: () => (/* binding */ isUndone),
/* harmony export */   gu: () => (/* binding */ nameOfId),
/* harmony export */   p7: () => (/* binding */ ownRevocation),
/* harmony export */   yR: () => (/* binding */ revocations)
/* harmony export */ });
/* harmony import */ var _inputs_slips_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1489);
/* harmony import */ var _words_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9579);


/** Fastly's IDs have 22 letters and digits (as recorded); some large enough number may have fewer. */
const usualIdLength = 22;
/** What is said before anything is sent. */
function doubtfulIds(ids) {
    return ids.flatMap((id, index) => id.length === usualIdLength
        ? []
        : [{ level: "info", text: `Token ID ${nameOfId(ids, index)} ${isUnusual(id)}.` }]);
}
function isUnusual({ length }) {
    return `has ${length} characters, and Fastly's IDs have ${usualIdLength}: it is most likely mistyped`;
}
/** What became of tokens that were named by their IDs. What failed for one and the same reason is reported once. */
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
            return { level: "info", text: `Fastly token ${name} is already gone: ${howGone(status)}.` };
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
            const text = `Fastly ${one ? "token" : "tokens"} ${listed(names)} ${what}. ${(0,_words_js__WEBPACK_IMPORTED_MODULE_1__/* .problemWords */ .$3)(status.problem)}`;
            return { level: "problem", text };
        }
    }
}
/** What became of the token that was given to revoke itself. */
function ownRevocation(status, token) {
    switch (status.kind) {
        case "revoked":
            return { level: "info", text: "Revoked the Fastly token that was given." };
        case "already-gone":
            return { level: "info", text: `The Fastly token that was given is already gone: ${howGone(status)}.` };
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
            const text = `The Fastly token that was given ${what}. ${(0,_words_js__WEBPACK_IMPORTED_MODULE_1__/* .problemWords */ .$3)(status.problem)}${tokenDoubt(token)}`;
            return { level: "problem", text };
        }
    }
}
const usualTokenLength = 32;
/** Fastly's tokens have 32 letters, digits, hyphens and underscores (as recorded). */
function tokenDoubt({ length }) {
    if (length === usualTokenLength)
        return "";
    return ` It has ${length} characters, and Fastly's tokens have ${usualTokenLength}: it is most likely mistyped.`;
}
function howGone({ how }) {
    return how === "expired" ? "it has expired" : "it was revoked before";
}
function lostWords({ answerLost }) {
    return answerLost
        ? " The response to a first request was lost, so it may also have been revoked just now."
        : "";
}
/** Whether no request that was sent can have revoked it. */
function isUndone(status) {
    return errorOf(status)?.mayHaveHappened === false;
}
const mostListed = 20;
function listed(names) {
    const more = names.length - mostListed;
    return `${names.slice(0, mostListed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
/** Short texts are described: the parts of a secret that got into the wrong input are not masked. */
function nameOfId(ids, index) {
    const id = ids[index] ?? "";
    return id.length < shortestShown ? `(${(0,_inputs_slips_js__WEBPACK_IMPORTED_MODULE_0__/* .describeItem */ .f)(ids, index)})` : id;
}
const shortestShown = 16;


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
/**
 * Ends the process with its exit code, whatever is still open: after the verdict nothing may hold the job. State and
 * outputs are in their files by now; what was printed is written out first.
 */
async function leave() {
    await writtenOut(process.stdout);
    const code = Number(process.exitCode ?? 0);
    // exit() waits for a name server that does not answer. Another program in this process's place does not.
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
// EXTERNAL MODULE: ./src/action/words.ts
var words = __webpack_require__(9579);
;// CONCATENATED MODULE: ./src/action/run-step.ts





/** Runs a step; whatever it did not expect becomes one error, and a stack trace only where debugging is on. Then the process ends. */
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

/** One of the runner's files could not be written: nothing that this step did is at fault. */
class RunnerFileError extends Error {
    name = "RunnerFileError";
    file;
    /** The system's own code, such as `ENOSPC`; undefined where the file is not there. */
    code;
    constructor(file, cause) {
        super(file, { cause });
        this.file = file;
        this.code = systemCodeOf(cause);
    }
}
/** The code of an error of the operating system, such as `ENOSPC`. */
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

/***/ 2883:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ transportThrough)
/* harmony export */ });
/* harmony import */ var _http_node_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1898);

/** How this step reaches a host: over undici, through the proxy that the environment names for it. */
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
/** The action's version, kept in step with package.json by a test. */
const version = "1.0.0";

;// CONCATENATED MODULE: ./src/action/user-agent.ts

const userAgent = `fastly-ephemeral-token/${version}`;


/***/ }),

/***/ 9579:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $3: () => (/* binding */ problemWords),
/* harmony export */   Dd: () => (/* binding */ nothingToRevoke),
/* harmony export */   Ln: () => (/* binding */ shortLived),
/* harmony export */   RL: () => (/* binding */ unusableState),
/* harmony export */   V5: () => (/* binding */ leftoverHelpers),
/* harmony export */   VM: () => (/* binding */ interrupted),
/* harmony export */   WE: () => (/* binding */ explain),
/* harmony export */   Wm: () => (/* binding */ unexpectedError),
/* harmony export */   Wy: () => (/* binding */ unwritableFile),
/* harmony export */   Zt: () => (/* binding */ nothingLeft),
/* harmony export */   fN: () => (/* binding */ renamed),
/* harmony export */   fg: () => (/* binding */ endingWords),
/* harmony export */   gk: () => (/* binding */ mismatchWords),
/* harmony export */   iu: () => (/* binding */ formerInput),
/* harmony export */   jU: () => (/* binding */ notMinted),
/* harmony export */   nu: () => (/* binding */ everyService),
/* harmony export */   qB: () => (/* binding */ progress),
/* harmony export */   rR: () => (/* binding */ noKeyToWorkWith),
/* harmony export */   ri: () => (/* binding */ inputProblems),
/* harmony export */   v6: () => (/* binding */ ended),
/* harmony export */   zu: () => (/* binding */ created)
/* harmony export */ });
/* unused harmony exports errorWords, noHelper */
/* harmony import */ var _text_duration_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9495);
/* harmony import */ var _inputs_main_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2496);
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8592);



/* The one place that turns outcomes into words for a person: what failed, on what, and what to do next. */
/** What each error means and what to do about it; docs/troubleshooting.md lists the same. */
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
    "malformed-answer": {
        what: "The response is not what Fastly documents.",
        remedy: "Check the input api-url, and whether a proxy is in between.",
    },
    "answer-too-large": {
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
/** What Fastly's control panel asks of a user before anything else. */
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
/** 403 alone does not tell which of the two it is. */
const refusedSelf = {
    what: "Fastly does not let this token revoke itself: it is not valid, or its scope does not allow that.",
    remedy: "Revoke it by its ID, with credentials of its user.",
};
/** A create carries no key: it is the user that Fastly does not accept. */
const refusedSignIn = {
    what: "Fastly does not let this user create a token.",
    remedy: "The credentials were not sent again, so that the account does not lock. Check the inputs username and password, the user's role, and whether the account allows to sign in with a password.",
};
function explain(error) {
    const { what, remedy } = wordsOf(error);
    const { retryAfterMs } = error;
    const reset = !retryAfterMs ? "" : ` Fastly asks to wait for ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(retryAfterMs)}.`;
    return `${what} ${remedy}${reset} (${error.message})`;
}
/** @param consequence what did not happen because of them */
function inputProblems(problems, consequence = "No Fastly token was asked for") {
    const lines = problems.map(({ input, problem }) => /^[A-Z_]+$/.test(input) ? `Environment variable ${input} ${problem}` : `Input ${input} ${problem}`);
    return [`${consequence}, because of the inputs.`, ...lines].join("\n");
}
/** An input that this action no longer has. */
function formerInput(input) {
    return `This action has no input ${input}; it was ignored. ${_inputs_main_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .replacements */ .qo[input] ?? ""}`;
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
function created(token) {
    const where = token.services.length > 0 ? `services ${token.services.join(" ")}` : "every service";
    return `Created Fastly token ${token.id} with scope ${token.scope} on ${where}; it expires at ${token.expiresAt}.`;
}
function renamed(asked, token) {
    return `Fastly calls token ${token.id} ${(0,_log_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .TL)(token.name, 300)} instead of ${(0,_log_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .TL)(asked, 300)}. This token is not affected, but one whose response is lost could not be found by its name.`;
}
/** A token that dies much sooner than asked, because the machine's clock is behind. */
function shortLived(lifetimeMs) {
    return `This token lives for ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(lifetimeMs)} only, since this machine's clock is behind Fastly's. Set the clock, or give a longer expires-in.`;
}
const everyService = "This token covers every service of the customer. Name the services that the job touches in the input services.";
/** Why the job got no token. Post takes care of what may have been made. */
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
            return `Fastly created a token, but the response was invalid. The job does not get it. ${endingWords(outcome.status, later)} ${explain(outcome.error)}`;
        case "not-as-asked":
            return `${mismatched(outcome)} The job does not get it. ${endingWords(outcome.status, later)} ${checkInputs}`;
    }
}
/** Why there is no helper token; one that was made lives for two minutes at most. */
function noHelper(outcome) {
    const later = "it expires within two minutes";
    switch (outcome.kind) {
        case "failed":
            return `There is no helper token. ${failedWords(outcome)}`;
        case "interrupted":
            return "Interrupted before there was a helper token; one that was created expires within two minutes.";
        case "password-not-sent":
            return `There is no helper token. ${passwordNotSent[outcome.why]}`;
        case "malformed":
            return `Fastly created a helper token, but the response was invalid. ${endingWords(outcome.status, later)} ${explain(outcome.error)}`;
        case "not-as-asked":
            return `${mismatched(outcome)} It was to be a helper token. ${endingWords(outcome.status, later)} ${checkInputs}`;
    }
}
const passwordNotSent = {
    refused: "Fastly refused the username or the password before, so they were not sent again: the account could lock.",
    "sent-too-often": "The password was sent four times without being accepted, so it was not sent again: the account could lock.",
};
const checkInputs = "Check the inputs against what Fastly grants this user, and the machine's clock.";
function failedWords({ error, tries }, credentials) {
    const tried = tries > 1 ? ` It was tried ${tries} times.` : "";
    const isMissing = error.code === "refused-otp" && credentials?.passcodes.kind === "none";
    return `${isMissing ? `${noTotpSecret} (${error.message})` : explain(error)}${tried}`;
}
const noTotpSecret = "Fastly wants a one-time password, and none was given: this user has two-factor authentication. Give the user's two-factor secret in the input totp-secret.";
function mismatched({ token, mismatches }) {
    return `Fastly created token ${token.id}, but ${mismatches.map(mismatchWords).join("; ")}.`;
}
/** Why a companion action had nothing to work with. */
function noKeyToWorkWith(failed) {
    if (failed.kind === "no-key")
        return failed.text;
    if (failed.kind === "bad-key")
        return badKey(failed.error);
    const isFull = failed.outcome.kind === "failed" && failed.outcome.error.code === "token-limit";
    return `${noHelper(failed.outcome)}${isFull ? " With an api-key no helper token is needed." : ""}`;
}
/** The key was asked about itself, before anything else: whatever is wrong is wrong with the key, or on the way. */
function badKey(error) {
    const isRejected = rejections.has(error.code);
    return `${isRejected ? "The key in the input api-key was rejected: it is incomplete, expired or revoked. " : ""}${explain(error)}`;
}
const rejections = new Set([
    "unauthorized",
    "expired-key",
    "forbidden",
    "not-found",
]);
/**
 * Helper tokens that could not be ended, in one line.
 *
 * @param isExplained whether another message has said already what went wrong
 */
function leftoverHelpers(helpers, isExplained) {
    const [first] = helpers;
    const which = helpers.map(({ id, name }) => id ?? `named ${(0,_log_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .TL)(name, 300)}`).join(", ");
    const last = helpers
        .map(({ expiresAt }) => expiresAt ?? "never")
        .toSorted()
        .at(-1);
    const why = first && !isExplained && "problem" in first.status ? ` ${problemWords(first.status.problem)}` : "";
    return helpers.length === 1
        ? `Leftover helper token ${which} may be alive; it expires by itself at ${last}.${why}`
        : `Leftover helper tokens may be alive: ${which}. The last of them expires by itself at ${last}.${why}`;
}
function mismatchWords(mismatch) {
    switch (mismatch.kind) {
        case "wider-scope":
            return `its scope is ${(0,_log_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .TL)(mismatch.granted)}, wider than requested`;
        case "wider-services":
            return `it covers ${mismatch.granted.length === 0 ? "every service" : (0,_log_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .TL)(mismatch.granted.join(" "))}, more than requested`;
        case "never-expires":
            return "it never expires";
        case "lives-too-long":
            return `it lives for ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(mismatch.lifetimeMs)}, longer than requested`;
        case "dead-on-arrival":
            return `it lives for ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(Math.max(0, mismatch.lifetimeMs))} only, too short for a job`;
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
    const soon = `in ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(reported.waitMs)}`;
    switch (reported.kind) {
        case "answer-lost":
            return `The response to the create was lost (${reported.error.message}). Post looks for that token; trying again ${soon} under another name.`;
        case "sudo-answer-lost":
            return `The response to the request for sudo was lost (${reported.error.message}); trying again ${soon}.`;
        case "waiting-for-connection":
            return `Not connected (${reported.error.message}); trying again ${soon}.`;
        case "waiting-for-passcode":
            return `This one-time password was rejected, or another job had used it; trying the next one ${soon}.`;
        case "waiting-for-room":
            return `The user has 100 of 100 live tokens; waiting for room, trying again ${soon} (${reported.error.message}).`;
        case "waiting-for-rate-limit":
            return `Fastly's hourly limit of writes is used up; trying again ${soon}.`;
        case "correcting-clock":
            return `This machine's clock is ${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDuration */ .a)(Math.abs(reported.offsetMs))} ${reported.offsetMs > 0 ? "behind" : "ahead of"} Fastly's; asking again by Fastly's clock.`;
    }
}
const interrupted = "Interrupted before the work was done; what is reported above is done.";
const nothingLeft = "Main left no Fastly token alive, so there is nothing to revoke.";
const nothingToRevoke = "This step asked for no Fastly token, so there is nothing to revoke.";
const lookForIt = "If main created a token, it expires by itself; look for it in Fastly's control panel by this run's number.";
/** Why post goes by nothing, and sends nothing. */
const unusableState = {
    unreadable: `What main saved for post cannot be read, so nothing was sent. ${lookForIt}`,
    "another-step": `What was saved for post belongs to another run, job or step, so nothing was sent. ${lookForIt}`,
};
/** What became of one token, and how it is reported. */
function ended(token) {
    const which = token.id ?? `named ${(0,_log_js__WEBPACK_IMPORTED_MODULE_2__/* .quoted */ .TL)(token.name, 300)}`;
    const { status } = token;
    switch (status.kind) {
        case "revoked":
            return { level: "info", text: `Revoked Fastly token ${which}.` };
        case "already-gone": {
            const how = status.how === "expired" ? "it has expired" : "it was revoked before";
            return { level: "info", text: `Fastly token ${which} is already gone: ${how}.` };
        }
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
function expiry({ expiresAt }) {
    return expiresAt === null ? "it never expires by itself" : `it expires by itself at ${expiresAt}`;
}
function problemWords(problem) {
    switch (problem.kind) {
        case "error":
            return explain(problem.error);
        case "may-still-appear":
            return "The response to its create was lost, and it is too early to say that it was never created.";
        case "list-without-helper":
            return "Fastly's list of tokens could not be verified: it does not show the helper token that read it.";
        case "broker":
            return `The broker could have ended it, but did not: ${problem.reason}.`;
        case "no-helper": {
            const self = problem.selfError ? ` ${explain(problem.selfError)}` : "";
            return `${missingHelper(problem.helper)}${self}`;
        }
    }
}
function missingHelper(helper) {
    switch (helper.kind) {
        case "no-credentials":
            return "A helper token was needed, and post has no credentials to create one.";
        case "other-credentials":
            return "A helper token was needed, and post was given other credentials than main used, so they were not sent. Within composite actions the runner gives post the inputs of an outer action.";
        default:
            return `A helper token was needed. ${noHelper(helper)}`;
    }
}


/***/ }),

/***/ 9356:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  X: () => (/* binding */ connectApi),
  m: () => (/* binding */ isKey)
});

// EXTERNAL MODULE: ./src/http/clock.ts
var http_clock = __webpack_require__(8658);
// EXTERNAL MODULE: ./src/http/error.ts
var http_error = __webpack_require__(4054);
// EXTERNAL MODULE: ./src/http/retry-delay.ts
var retry_delay = __webpack_require__(5744);
// EXTERNAL MODULE: ./src/fastly/error.ts
var fastly_error = __webpack_require__(5215);
// EXTERNAL MODULE: ./src/fastly/fields.ts
var fields = __webpack_require__(2164);
// EXTERNAL MODULE: ./src/text/clean-text.ts
var clean_text = __webpack_require__(6764);
// EXTERNAL MODULE: ./src/text/json-object.ts
var json_object = __webpack_require__(9257);
;// CONCATENATED MODULE: ./src/fastly/refusal.ts




/**
 * Turns an answer that is not the expected one into an error.
 *
 * @param secrets what the request carried and a careless server may echo
 * @param now the local time in milliseconds, used only where the server states none
 */
function refusal(answer, operation, secrets, now) {
    const message = readMessage(answer, operation, secrets);
    const code = codeOf(answer.status, operation, message);
    const serverNow = (0,retry_delay/* parseDate */._U)(answer.headers.date);
    const retryAfterMs = (0,retry_delay/* askedDelay */.gW)(answer.status, answer.headers, serverNow ?? now);
    const accountNeeds = accountNeed(answer.headers);
    return new fastly_error/* FastlyError */.K({
        code,
        operation,
        reason: `HTTP ${answer.status}${describe(message)}`,
        status: answer.status,
        ...(message.msg === undefined ? {} : { msg: message.msg }),
        ...(message.detail === undefined ? {} : { detail: message.detail }),
        mayHaveHappened: !isTurnedDown(answer.status, message),
        ...(accountNeeds === undefined ? {} : { accountNeeds }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(serverNow === undefined ? {} : { serverNow }),
    });
}
/** Only Fastly's own 4xx proves that nothing happened, and not where somebody gave up waiting for it. */
function isTurnedDown(status, { isFastlys }) {
    return isFastlys && status >= 400 && status < 500 && !gaveUpWaiting.has(status);
}
const gaveUpWaiting = new Set([408, 499]);
function codeOf(status, operation, message) {
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
/** The codes of a refused `POST /tokens`: in `msg` (Fastly's page), or in `code` (the schema of fastly-py). */
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
/** `POST /sudo` refuses a wrong password with 403 and these words (Fastly's page on sudo). */
function isWrongPassword(operation, { msg = "", detail = "" }) {
    return operation === "POST /sudo" && /username\/password combination/i.test(`${msg} ${detail}`);
}
/**
 * assumed: over the limit of live tokens, the text speaks of a limit or a maximum of tokens. Prose is no protocol:
 * what rests on this is bounded by the number of times that a password is sent (src/token/password-guard.ts).
 */
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
/** `msg`, maybe `detail` and `code`, and nothing else: a gateway's or a portal's own errors have other fields as well. */
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

;// CONCATENATED MODULE: ./src/fastly/api.ts






/** Room for a token that is limited to tens of thousands of services. */
const oneToken = 1024 * 1024;
/** Opens a way to Fastly's API. Nothing is sent, nor connected, before the first operation. */
function connectApi(options) {
    const { deadline, signal, userAgent, clock = http_clock/* systemClock */.ml, random = Math.random } = options;
    const url = new URL(options.apiUrl);
    const prefix = url.pathname.replace(/\/+$/, "");
    const connection = options.openTransport(url.origin);
    let serverOffset;
    return within({ deadline, signal });
    function within(bounds) {
        return {
            ...bounds,
            clock,
            random,
            send: (call) => send(call, bounds),
            with: (narrower) => within(narrow(bounds, narrower)),
            serverOffset: () => serverOffset,
            close: connection.close,
        };
    }
    async function send(call, { deadline, signal }) {
        let mayHaveHappened = false;
        for (let tries = 1;; tries++) {
            try {
                return await attempt(call, { deadline, signal });
            }
            catch (caught) {
                const error = (0,fastly_error/* asFastlyError */.q)(caught);
                mayHaveHappened ||= error.mayHaveHappened;
                error.mayHaveHappened = mayHaveHappened;
                if (!call.repeatable || !isWorthRepeating(error.code))
                    throw error;
                const delay = (0,retry_delay/* retryDelay */.a2)(tries, error.retryAfterMs, random);
                if (delay + shortestTryMs >= deadline.remaining())
                    throw error;
                await clock.wait(delay, signal).catch(() => {
                    throw error;
                });
            }
        }
    }
    async function attempt(call, { deadline, signal }) {
        const request = requestOf(call, prefix, userAgent);
        const operation = `${call.method} ${call.path}`;
        const timeoutMs = timeForOneTry(deadline);
        if (timeoutMs === 0)
            throw outOfTime(operation, deadline);
        const limits = { timeoutMs, maxBytes: call.maxBytes ?? oneToken, signal };
        const answer = await connection.exchange(request, limits).catch((error) => {
            throw fromHttp(error, operation);
        });
        call.inspect?.(answer);
        const serverNow = (0,retry_delay/* parseDate */._U)(answer.headers.date);
        if (serverNow !== undefined)
            serverOffset = serverNow - clock.now();
        if (answer.failure && answer.status < 400)
            throw fromHttp(answer.failure, operation);
        return readAnswer(answer, call, operation, clock);
    }
}
function narrow(bounds, { deadline, signal }) {
    const signals = [bounds.signal, signal].filter((one) => one !== undefined);
    return {
        deadline: deadline ? (0,http_clock/* earlier */.X)(bounds.deadline, deadline) : bounds.deadline,
        signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
    };
}
/** What kept an answer from being read is an error of the operation. */
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
    if (call.key !== undefined && !isKey(call.key))
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
/** Whether a text can be sent as a `Fastly-Key`: visible ASCII, without spaces. */
function isKey(text) {
    return /^[\x21-\x7e]+$/.test(text);
}
function readAnswer(answer, call, operation, clock) {
    const secrets = [...(call.secrets ?? []), ...(call.key === undefined ? [] : [call.key])];
    if (!isExpected(answer.status, call.expect))
        throw refusal(answer, operation, secrets, clock.now());
    if (call.expect === "no-content")
        return undefined;
    try {
        return JSON.parse(answer.body.replace(/^\ufeff/, ""));
    }
    catch {
        // The parser's own error quotes the body, which may hold a token.
        const body = answer.body.trim() === "" ? "an empty body" : "a body that is not JSON";
        throw (0,fields/* odd */.S)(operation, `HTTP ${answer.status} with ${body}`, answer.status);
    }
}
function isExpected(status, expect) {
    if (expect === "any-json")
        return status >= 200 && status < 300;
    return status === (expect === "json" ? 200 : 204);
}
/** A try that could not be answered in what is left is not begun: the reason of the last one says more. */
const shortestTryMs = 250;
const shortestShareMs = 2_000;
const longestShareMs = 15_000;
/** A quarter of the whole time, within bounds, so that one stalled connection cannot use it all up. */
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
    "malformed-answer",
    "unreachable",
    "proxy-failed",
    "connection-lost",
    "timed-out",
]);
/** Refusals are final, above all refused credentials: trying those again can lock the account. */
function isWorthRepeating(code) {
    return worthRepeating.has(code);
}


/***/ }),

/***/ 5215:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ FastlyError),
/* harmony export */   q: () => (/* binding */ asFastlyError)
/* harmony export */ });
/**
 * The one error of this client. Its message is never empty and neither it nor its cause holds a
 * secret or a server's raw bytes.
 */
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
/**
 * What a `catch` around an operation of this client may believe to have caught.
 *
 * @throws whatever else it was: a mistake in the program, which nobody may take for trouble with Fastly
 */
function asFastlyError(error) {
    if (error instanceof FastlyError)
        return error;
    throw error;
}


/***/ }),

/***/ 2164:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ odd),
/* harmony export */   q: () => (/* binding */ readFields)
/* harmony export */ });
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5215);

/**
 * @param value what was parsed from the answer's body
 * @param operation named in the error
 * @param at where in the answer the object stood, such as `[3].`
 * @throws {FastlyError} `malformed-answer`, naming the field that is missing or odd
 */
function readFields(value, operation, at = "") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw odd(operation, at === "" ? "the answer is not an object" : `${at} is not an object`);
    }
    const object = value;
    const path = at === "" ? "" : `${at}.`;
    function required(name, what, read) {
        const field = Object.hasOwn(object, name) ? object[name] : undefined;
        const result = read(field);
        if (result !== undefined)
            return result;
        const problem = field === undefined || field === null ? "is missing" : `is not ${what}`;
        throw odd(operation, `the field ${path}${name} of the answer ${problem}`);
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
function odd(operation, reason, status = 200) {
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .FastlyError */ .K({ code: "malformed-answer", operation, reason, status, mayHaveHappened: true });
}
function isAbsent(field) {
    return field === undefined || field === null || (typeof field === "string" && field.trim() === "");
}
/** Text of a reasonable length. It may hold anything else: whoever prints it makes it harmless. */
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

/***/ 6732:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  KD: () => (/* reexport */ fastly_error/* FastlyError */.K),
  qV: () => (/* reexport */ fastly_error/* asFastlyError */.q),
  Z: () => (/* reexport */ bulkRevokeTokens),
  Xm: () => (/* reexport */ api/* connectApi */.X),
  Ey: () => (/* reexport */ createToken),
  _5: () => (/* reexport */ clock/* deadlineIn */._5),
  gf: () => (/* reexport */ getToken),
  J0: () => (/* reexport */ getTokenCurrent),
  Ly: () => (/* reexport */ iso_time/* isoTime */.L),
  ZT: () => (/* reexport */ listTokensCustomer),
  I7: () => (/* reexport */ listTokensUser),
  ND: () => (/* reexport */ requestSudo),
  w$: () => (/* reexport */ revokeToken),
  Dt: () => (/* reexport */ revokeTokenCurrent),
  ml: () => (/* reexport */ clock/* systemClock */.ml)
});

// UNUSED EXPORTS: earlier, openFetchTransport, scopes

// EXTERNAL MODULE: ./src/http/clock.ts
var clock = __webpack_require__(8658);
// EXTERNAL MODULE: ./src/http/answer.ts
var answer = __webpack_require__(9856);
// EXTERNAL MODULE: ./src/http/error.ts
var error = __webpack_require__(4054);
;// CONCATENATED MODULE: ./src/http/fetch.ts


/**
 * Opens a transport over a runtime's `fetch`, which keeps the connections, skips interim answers and decodes. It
 * joins the values of a repeated header.
 *
 * @param origin scheme, host and port, such as `https://api.fastly.com`
 */
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
    const controller = typeof AbortController === "undefined" ? undefined : new AbortController();
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
    const asked = fetch(`${origin}${path}`, {
        method,
        headers: headersOf(request),
        redirect: "manual",
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
    });
    const first = await Promise.race([asked.then(received, lost), over.then((why) => endedBy(why, limits))]);
    if (first instanceof HttpError)
        throw first;
    const collected = new BodyBytes(limits.maxBytes);
    const failure = await readBody(first.response, collected, limits, over);
    return answerOf(first.head, collected.all(), failure);
}
function received(response) {
    // A browser hides where a redirect leads, and its status.
    const status = response.type === "opaqueredirect" ? 302 : response.status;
    return { head: { status, headers: Object.fromEntries(response.headers) }, response };
}
/** @returns what kept the rest of the body back, if anything did */
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
    // The connection is given up; how that ends is nobody's concern.
    reader.cancel().catch(() => { });
    return why;
}
function endedBy(why, limits) {
    // fetch does not tell whether the request had left: it may have.
    return why === "late" ? tooLate(limits) : interrupted(true);
}
function lostAfterHead(error) {
    return connectionLost(codeOf(error));
}
/** Codes of errors that come before anything is sent, where a runtime tells them. */
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
/** What a runtime calls an error: its code or its cause's, never a message, which may hold bytes of the answer. */
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
// EXTERNAL MODULE: ./src/fastly/api.ts + 1 modules
var api = __webpack_require__(9356);
// EXTERNAL MODULE: ./src/fastly/token.ts
var token = __webpack_require__(4860);
;// CONCATENATED MODULE: ./src/fastly/bulk-revoke-tokens.ts

/**
 * Revokes several tokens in one request: `DELETE /tokens`. Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `bulk_revoke_tokens`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key a token of the same user, or one of a superuser
 * @param tokenIds their IDs, letters and digits; for none of them nothing is sent
 * @throws {FastlyError} `bad-request`, `unauthorized`, `forbidden`, `not-found` or a failure on the way
 */
async function bulkRevokeTokens(api, key, tokenIds) {
    if (tokenIds.length === 0)
        return;
    for (const tokenId of tokenIds)
        (0,token/* requireTokenId */.QZ)(tokenId);
    const data = tokenIds.map((id) => ({ type: "token", id }));
    await api.send({
        method: "DELETE",
        path: "/tokens",
        key,
        headers: { "content-type": "application/vnd.api+json; ext=bulk" },
        body: JSON.stringify({ data }),
        expect: "no-content",
        repeatable: true,
    });
}

;// CONCATENATED MODULE: ./src/fastly/post-form.ts
/**
 * Posts a form with credentials in it. Never repeated: a refused password counts towards locking the account,
 * and a create whose answer was lost may have made a token (assumed).
 */
function postForm(api, path, fields, { user, key }, inspect = () => { }) {
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
        inspect,
    });
}

;// CONCATENATED MODULE: ./src/fastly/create-token.ts



/**
 * Creates a token: `POST /tokens`, in one request that is never repeated here, since a try whose answer
 * was lost may have made a token (assumed).
 *
 * Source: Fastly's page on authentication tokens, `create_token`; `Fastly-OTP` from its page on two-factor
 * authentication; that a key in sudo mode needs no password from the page on sudo.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param order what the token is to be: `name`, `scopes`, `services` (IDs; empty for all) and `expiresAt`
 * @param credentials a user with a password, or a key in sudo mode
 * @param onAccessToken called with the token itself as soon as it was read and before anything else of the
 *   answer is judged, its status included, so that it can be masked and kept whatever follows
 * @throws {FastlyError} `refused-credentials`, `missing-credentials`, `refused-otp`, `account-locked`,
 *   `invalid-scope`, `invalid-expiry`, `token-limit`, `unauthorized` or `forbidden` (a key that may not
 *   create tokens), `bad-request`, `rate-limited`, `malformed-answer` or a failure on
 *   the way; `mayHaveHappened` says whether a token may exist all the same
 */
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
    const answer = await postForm(api, "/tokens", form, credentials.kind === "password" ? { user: credentials } : credentials, ({ body }) => {
        const accessToken = (0,token/* findAccessToken */.nT)(body);
        if (accessToken !== undefined)
            onAccessToken(accessToken);
    });
    const accessToken = (0,token/* readAccessToken */.o3)(answer, "POST /tokens");
    return { ...(0,token/* readToken */.AI)(answer, "POST /tokens"), accessToken };
}

// EXTERNAL MODULE: ./src/fastly/error.ts
var fastly_error = __webpack_require__(5215);
;// CONCATENATED MODULE: ./src/fastly/get-token.ts

/**
 * Describes one token: `GET /tokens/{token_id}`. Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `get_token`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key a token that may read it
 * @param tokenId its ID, letters and digits
 * @throws {FastlyError} `unauthorized`, `forbidden`, `not-found`, `malformed-answer` or a failure on the way
 */
async function getToken(api, key, tokenId) {
    const path = (0,token/* pathOfToken */.qE)(tokenId);
    const answer = await api.send({ method: "GET", path, key, expect: "json", repeatable: true });
    return (0,token/* readToken */.AI)(answer, `GET ${path}`);
}

;// CONCATENATED MODULE: ./src/fastly/get-token-current.ts

/**
 * Describes the token that asks: `GET /tokens/self`. Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `get_token_current`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key the token that is asked about
 * @throws {FastlyError} `unauthorized`, `forbidden`, `malformed-answer` or a failure on the way
 */
async function getTokenCurrent(api, key) {
    const answer = await api.send({
        method: "GET",
        path: "/tokens/self",
        key,
        expect: "json",
        repeatable: true,
    });
    return (0,token/* readToken */.AI)(answer, "GET /tokens/self");
}

;// CONCATENATED MODULE: ./src/fastly/list-tokens-customer.ts

/**
 * Lists the tokens of a whole customer: `GET /customer/{customer_id}/tokens`, in one answer without pages.
 * Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `list_tokens_customer`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key a token of a superuser of that customer
 * @param customerId the customer's ID, letters and digits
 * @param onOdd called for each token that cannot be believed, which is then left out; without it, it is an error
 * @throws {FastlyError} `unauthorized`, `forbidden`, `not-found`, `malformed-answer` or a failure on the way
 */
async function listTokensCustomer(api, key, customerId, onOdd) {
    if (!(0,token/* isId */.eQ)(customerId))
        throw new TypeError("a customer ID has only letters and digits");
    const path = `/customer/${customerId}/tokens`;
    const answer = await api.send({
        method: "GET",
        path,
        key,
        expect: "json",
        repeatable: true,
        maxBytes: token/* listMaxBytes */.Oo,
    });
    return (0,token/* readTokens */.He)(answer, `GET ${path}`, onOdd);
}

;// CONCATENATED MODULE: ./src/fastly/list-tokens-user.ts

/**
 * Lists the tokens of the user that asks: `GET /tokens`, in one answer without pages. Repeated until the
 * deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `list_tokens_user`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key a token of that user
 * @param onOdd called for each token that cannot be believed, which is then left out; without it, it is an error
 * @throws {FastlyError} `unauthorized`, `forbidden`, `malformed-answer` or a failure on the way
 */
async function listTokensUser(api, key, onOdd) {
    const answer = await api.send({
        method: "GET",
        path: "/tokens",
        key,
        expect: "json",
        repeatable: true,
        maxBytes: token/* listMaxBytes */.Oo,
    });
    return (0,token/* readTokens */.He)(answer, "GET /tokens", onOdd);
}

// EXTERNAL MODULE: ./src/fastly/fields.ts
var fields = __webpack_require__(2164);
;// CONCATENATED MODULE: ./src/fastly/request-sudo.ts


/**
 * Puts a key into sudo mode for about five minutes, in which it may create tokens: `POST /sudo`. Never
 * repeated here, since a refused password counts towards locking the account.
 *
 * Source: Fastly's page on sudo; the answer as recorded by Fastly's Go client.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key an existing token of the same user
 * @param user that user by name and password, and a one-time password where two-factor authentication is on
 * @returns when sudo mode ends, ISO 8601; null where the answer does not say, which is fine with any 2xx
 * @throws {FastlyError} as `createToken` does; `refused-credentials` is a 403 here (documented), and `unauthorized`
 *   or `forbidden` says that the key is refused
 */
async function requestSudo(api, key, user) {
    const answer = await postForm(api, "/sudo", new URLSearchParams(), { key, user });
    return { expiryTime: (0,fields/* readFields */.q)(answer, "POST /sudo").optionalTime("expiry_time") };
}

;// CONCATENATED MODULE: ./src/fastly/revoke-token.ts

/**
 * Revokes a token by its ID: `DELETE /tokens/{token_id}`. Repeated until the deadline where that may help.
 *
 * Source: Fastly's page on authentication tokens, `revoke_token`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key another token of the same user, or one of a superuser
 * @param tokenId its ID, letters and digits
 * @throws {FastlyError} `bad-request`, `unauthorized`, `forbidden`, `not-found` or a failure on the way
 */
async function revokeToken(api, key, tokenId) {
    const path = (0,token/* pathOfToken */.qE)(tokenId);
    await api.send({ method: "DELETE", path, key, expect: "no-content", repeatable: true });
}

;// CONCATENATED MODULE: ./src/fastly/revoke-token-current.ts
/**
 * Revokes the token that asks: `DELETE /tokens/self`. Repeated until the deadline where that may help, so
 * that `unauthorized` may also mean that an earlier try had worked.
 *
 * Source: Fastly's page on authentication tokens, `revoke_token_current`.
 *
 * @param api where to ask, as `connectApi` gives it
 * @param key the token that ends
 * @throws {FastlyError} `expired-key` (it is gone), `unauthorized` and `not-found` (Fastly does not know it, or
 *   does not know it yet: ask again before you believe it), `forbidden` (which proves nothing: assumed),
 *   `bad-request` or a failure on the way
 */
async function revokeTokenCurrent(api, key) {
    await api.send({ method: "DELETE", path: "/tokens/self", key, expect: "no-content", repeatable: true });
}

;// CONCATENATED MODULE: ./src/fastly/index.ts
/** A client of Fastly's Tokens API, with every operation under its own name. See docs/tokens-api.md. */

















/***/ }),

/***/ 4860:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AI: () => (/* binding */ readToken),
/* harmony export */   He: () => (/* binding */ readTokens),
/* harmony export */   Oo: () => (/* binding */ listMaxBytes),
/* harmony export */   QZ: () => (/* binding */ requireTokenId),
/* harmony export */   Wu: () => (/* binding */ scopes),
/* harmony export */   eQ: () => (/* binding */ isId),
/* harmony export */   eo: () => (/* binding */ isAccessToken),
/* harmony export */   nT: () => (/* binding */ findAccessToken),
/* harmony export */   o3: () => (/* binding */ readAccessToken),
/* harmony export */   qE: () => (/* binding */ pathOfToken),
/* harmony export */   so: () => (/* binding */ readIdAndName)
/* harmony export */ });
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5215);
/* harmony import */ var _fields_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2164);


const scopes = ["global", "global:read", "purge_all", "purge_select"];
/** Reads a `TokenResponse`. @throws {FastlyError} `malformed-answer`, naming the field */
function readToken(value, operation, at) {
    return tokenOf((0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .readFields */ .q)(value, operation, at), operation);
}
/** @returns the ID and the name of an item, in a list of one, where at least those can be believed */
function readIdAndName(item) {
    const { id, name } = (item ?? {});
    return typeof id === "string" && typeof name === "string" && isId(id) ? [{ id, name }] : [];
}
/**
 * Reads a list of `TokenResponse`.
 *
 * @param onOdd called for each item that cannot be believed, which is then left out; without it, it is an error
 * @throws {FastlyError} `malformed-answer`, naming the field
 */
function readTokens(value, operation, onOdd) {
    if (!Array.isArray(value))
        throw (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .odd */ .S)(operation, "the answer is not a list");
    return value.flatMap((item, index) => {
        try {
            return [readToken(item, operation, `[${index}]`)];
        }
        catch (caught) {
            const error = (0,_error_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .q)(caught);
            if (!onOdd)
                throw error;
            onOdd(error, item);
            return [];
        }
    });
}
/**
 * Finds the token itself in the body of an answer, whatever else is wrong with that answer: whoever could read it
 * must mask it and end it.
 *
 * @returns undefined where there is none, or none that a header could carry
 */
function findAccessToken(body) {
    const [, quoted] = /"access_token"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(body) ?? [];
    if (quoted === undefined)
        return undefined;
    try {
        const accessToken = JSON.parse(quoted);
        return typeof accessToken === "string" && isAccessToken(accessToken) ? accessToken : undefined;
    }
    catch {
        // Not a text of JSON, so nothing that Fastly wrote.
        return undefined;
    }
}
/** assumed: the 32 characters recorded are no promise, so any that a header can carry will do. */
function isAccessToken(text) {
    return /^[\x21-\x7e]{8,}$/.test(text);
}
/**
 * Reads the token itself out of a `TokenCreatedResponse`.
 *
 * @throws {FastlyError} `malformed-answer` where it is missing, or could not be sent back in a header
 */
function readAccessToken(value, operation) {
    const accessToken = (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .readFields */ .q)(value, operation).text("access_token");
    if (isAccessToken(accessToken))
        return accessToken;
    throw (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .odd */ .S)(operation, "the field access_token of the answer is not a token");
}
function tokenOf(fields, operation) {
    const id = fields.text("id");
    if (!isId(id))
        throw (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .odd */ .S)(operation, "the field id of the answer is not an ID");
    return {
        id,
        name: fields.text("name"),
        userId: fields.optionalText("user_id"),
        customerId: fields.optionalText("customer_id"),
        scope: fields.optionalText("scope") ?? scopeOf(fields, operation),
        services: fields.optionalTexts("services"),
        createdAt: fields.time("created_at"),
        expiresAt: fields.optionalTime("expires_at"),
        lastUsedAt: fields.optionalTime("last_used_at"),
    };
}
/** A token read back names its scopes twice (recorded): as `scope` and as `scopes`. */
function scopeOf(fields, operation) {
    const scopes = fields.optionalTexts("scopes");
    if (scopes.length > 0)
        return scopes.join(" ");
    throw (0,_fields_js__WEBPACK_IMPORTED_MODULE_1__/* .odd */ .S)(operation, "the field scope of the answer is missing");
}
/** Whether a text has the shape of Fastly's IDs: letters and digits (22 of them, as recorded). `self` is a word of the API. */
function isId(text) {
    return /^(?!self$)[A-Za-z0-9]{1,64}$/.test(text);
}
/** @throws {TypeError} for a text that would make another path of `/tokens/{id}`, such as `self` */
function pathOfToken(tokenId) {
    requireTokenId(tokenId);
    return `/tokens/${tokenId}`;
}
/** @throws {TypeError} for a text that is not the ID of a token */
function requireTokenId(tokenId) {
    if (!isId(tokenId))
        throw new TypeError("a token ID has only letters and digits");
}
/** A list comes in one piece, however long: room for about ten thousand tokens. */
const listMaxBytes = 16 * 1024 * 1024;


/***/ }),

/***/ 9856:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A7: () => (/* binding */ BodyBytes),
/* harmony export */   Bg: () => (/* binding */ tooLate),
/* harmony export */   Bx: () => (/* binding */ connectionLost),
/* harmony export */   TM: () => (/* binding */ secondsOf),
/* harmony export */   VM: () => (/* binding */ interrupted),
/* harmony export */   Yl: () => (/* binding */ headersOf),
/* harmony export */   g$: () => (/* binding */ tooLarge),
/* harmony export */   ut: () => (/* binding */ answerOf),
/* harmony export */   z$: () => (/* binding */ undecodable)
/* harmony export */ });
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4054);

/** The headers of a request, with the encoding that every transport asks for. */
function headersOf(request) {
    return { ...request.headers, "accept-encoding": "identity" };
}
/** An answer, or as much of it as came. */
function answerOf(head, body, failure) {
    // This decoder drops a byte-order mark.
    const text = new TextDecoder().decode(body);
    return { ...head, body: text, complete: failure === undefined, ...(failure ? { failure } : {}) };
}
/** Collects the bytes of a body, up to a limit. */
class BodyBytes {
    #chunks = [];
    #length = 0;
    #most;
    constructor(most) {
        this.#most = most;
    }
    /** @returns false where the limit is passed: what is over it is dropped */
    add(chunk) {
        const room = this.#most - this.#length;
        const kept = chunk.subarray(0, room);
        this.#chunks.push(kept);
        this.#length += kept.length;
        return chunk.length <= room;
    }
    all() {
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
        code: "answer-too-large",
        reason: `answered more than ${maxBytes} bytes`,
        sent: true,
    });
}
function tooLate({ timeoutMs }) {
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({
        code: "timed-out",
        reason: `no whole answer within ${secondsOf(timeoutMs)}`,
        sent: true,
    });
}
function interrupted(sent) {
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({ code: "aborted", reason: "was interrupted", sent });
}
/** @param code what the system or the library calls it: never a message, which may hold bytes of the answer */
function connectionLost(code) {
    const reason = `the connection broke before a whole answer (${code})`;
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({ code: "connection-lost", reason, sent: true, cause: new Error(code) });
}
function undecodable() {
    const reason = "the answer's content encoding could not be decoded";
    return new _error_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j({ code: "connection-lost", reason, sent: true });
}
function secondsOf(ms) {
    return `${Number((ms / 1000).toFixed(1))} s`;
}


/***/ }),

/***/ 8658:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ earlier),
/* harmony export */   _5: () => (/* binding */ deadlineIn),
/* harmony export */   ml: () => (/* binding */ systemClock)
/* harmony export */ });
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
/** A deadline `ms` milliseconds from now. */
function deadlineIn(ms, clock) {
    const total = Math.max(0, ms);
    const end = clock.elapsed() + total;
    return { total, remaining: () => Math.max(0, end - clock.elapsed()) };
}
/** The earlier of two deadlines. */
function earlier(one, other) {
    const total = Math.min(one.total, other.total);
    return { total, remaining: () => Math.min(one.remaining(), other.remaining()) };
}


/***/ }),

/***/ 4054:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ HttpError)
/* harmony export */ });
/** The one error of a transport: no answer was read. */
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
/* harmony import */ var _answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9856);
/* harmony import */ var _error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4054);


/** No connection, before anything was sent. */
function unconnected(why, through, cause) {
    if (through)
        return failure("proxy-failed", `no connection through the proxy ${why}`, cause);
    return failure("unreachable", `no connection ${why}`, cause);
}
function unconnectedWithin(ms, through) {
    return unconnected(`within ${(0,_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .secondsOf */ .TM)(ms)}`, through);
}
function tunnelRefused(status) {
    const reason = `no connection, because the proxy answered HTTP ${status}`;
    return failure(status < 500 ? "proxy-refused" : "proxy-failed", reason);
}
function unconnectedBy(error, through) {
    const code = codeOf(error);
    return unconnected(`(${code})`, through, new Error(code));
}
/**
 * A TLS handshake that failed.
 *
 * @param isVerdict whether OpenSSL, or Node, refused the certificate that was shown
 */
function handshakeFailed(error, peer, through, isVerdict) {
    const code = codeOf(error);
    // An error of OpenSSL holds bytes of the exchange: its code alone is kept.
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
    return new _error_js__WEBPACK_IMPORTED_MODULE_1__/* .HttpError */ .j({ code, reason, sent: false, ...(cause ? { cause } : {}) });
}
/** What OpenSSL says where something else than TLS answered. */
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
/** What the system or a library calls an error, never its message. */
function codeOf(error) {
    const { code } = error;
    if (typeof code === "string" && /^\w+$/.test(code))
        return code;
    const [first] = error instanceof AggregateError ? error.errors : [];
    return first instanceof Error ? codeOf(first) : error.name;
}


/***/ }),

/***/ 1898:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  g: () => (/* binding */ openTransport)
});

// EXTERNAL MODULE: ./node_modules/undici/lib/dispatcher/client.js
var client = __webpack_require__(3701);
var client_default = /*#__PURE__*/__webpack_require__.n(client);
// EXTERNAL MODULE: ./src/http/answer.ts
var answer = __webpack_require__(9856);
// EXTERNAL MODULE: ./src/http/error.ts
var http_error = __webpack_require__(4054);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
// EXTERNAL MODULE: ./src/http/node-failures.ts
var node_failures = __webpack_require__(6884);
;// CONCATENATED MODULE: ./src/http/node-interim.ts
/** Longer than any interim answer: more of it without an end is left to the parser, which refuses it. */
const longest = 16 * 1024;
/**
 * Keeps interim answers (1xx) from undici's parser, which takes an unasked `100 Continue`, or any that wants another
 * protocol, for a broken answer and drops the connection. RFC 9110, 15.2: a client must be able to read one or more
 * of them before the final answer, and may ignore them all.
 *
 * @returns what announces that an answer begins with the next byte
 */
function skipInterimAnswers(socket) {
    const read = socket.read.bind(socket);
    let isHeadExpected = false;
    let held = Buffer.alloc(0);
    socket.read = (size) => {
        for (;;) {
            const chunk = read(size);
            if (!isHeadExpected || chunk === null)
                return chunk;
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
/** Whether these bytes may still turn out to be an interim answer. */
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



/** @param proxy the URL of a proxy that tunnels to the origin, where there is one */
function openConnector(origin, proxy) {
    const sockets = new Set();
    let isOver = false;
    let timeoutMs = 0;
    let expectAnswer = () => { };
    const dialer = {
        tcp: (url, through) => openTcp(own, url, attemptTimeout(timeoutMs), through),
        secure: (socket, url, peer, through) => openTls(own, socket, url, peer, through),
    };
    function own(socket) {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        // Whoever uses the socket hears of its errors; none may end the process because nobody does.
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
                expectAnswer = skipInterimAnswers(socket);
                expectAnswer();
                callback(null, socket);
            }, (error) => callback(error instanceof Error ? error : new Error(String(error)), null));
        },
        expect: (ms) => {
            timeoutMs = ms;
            expectAnswer();
        },
        lateness: (ms) => (0,node_failures/* unconnectedWithin */.K9)(ms, proxy !== undefined),
        destroy: () => {
            isOver = true;
            for (const socket of sockets)
                socket.destroy();
        },
    };
}
/**
 * How long one of a host's addresses may take before the next is tried. Node gives each 250 ms, less than many a
 * link needs; a third of the time leaves enough for the others.
 */
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
        // Even where NODE_TLS_REJECT_UNAUTHORIZED, which any step may have set, says not to.
        rejectUnauthorized: true,
    }));
    return ready(secured, "secureConnect", (error) => 
    // Node notes what it holds against a certificate before it breaks off.
    (0,node_failures/* handshakeFailed */.xT)(error, peer, through, Boolean(secured.authorizationError)));
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

;// CONCATENATED MODULE: ./src/http/node.ts





/**
 * Opens a transport over undici's `Client`.
 *
 * @param origin scheme, host and port, such as `https://api.fastly.com`
 * @param proxy the URL of a proxy that tunnels to it, where there is one
 */
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
        // undici leaves alone what it is still connecting.
        dropped?.connector.destroy();
        await dropped?.client.destroy();
    }
    return {
        close: drop,
        exchange: async (request, limits) => {
            try {
                link ??= open();
                const answer = await exchangeOver(link, request, { ...limits, origin });
                if (!answer.complete)
                    await drop();
                return answer;
            }
            catch (error) {
                // What is left of a failed exchange must not answer the next one.
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
        return (0,answer/* answerOf */.ut)(head, body, failure);
    const { decode } = await __webpack_require__.e(/* import() */ 337).then(__webpack_require__.bind(__webpack_require__, 337));
    const decoded = await decode(body, encoding, limits.maxBytes);
    if (decoded.end === "too-large")
        return (0,answer/* answerOf */.ut)(head, decoded.body, (0,answer/* tooLarge */.g$)(limits));
    return (0,answer/* answerOf */.ut)(head, decoded.body, failure ?? (decoded.end === "broken" ? (0,answer/* undecodable */.z$)() : undefined));
}
/** Sends a request and collects the answer as it comes. Rejects only where no head was read. */
function receive({ client, connector }, request, limits) {
    return new Promise((resolve, reject) => {
        let sent = false;
        let head;
        const body = new answer/* BodyBytes */.A7(limits.maxBytes);
        const timer = setTimeout(() => end(sent ? (0,answer/* tooLate */.Bg)(limits) : connector.lateness(limits.timeoutMs)), limits.timeoutMs);
        const onAbort = () => end((0,answer/* interrupted */.VM)(sent));
        limits.signal?.addEventListener("abort", onAbort, { once: true });
        function end(failure) {
            clearTimeout(timer);
            limits.signal?.removeEventListener("abort", onAbort);
            if (head)
                resolve({ head, body: body.all(), ...(failure ? { failure } : {}) });
            else
                reject(failure ?? (0,answer/* connectionLost */.Bx)("no head"));
        }
        if (limits.signal?.aborted)
            return onAbort();
        connector.expect(limits.timeoutMs);
        client.dispatch({ ...request, headers: (0,answer/* headersOf */.Yl)(request), origin: limits.origin, headersTimeout: 0, bodyTimeout: 0 }, {
            onRequestStart: () => {
                sent = true;
            },
            onResponseStart: (_controller, status, headers) => {
                head = { status, headers: firstValues(headers) };
            },
            onResponseData: (_controller, chunk) => {
                if (!body.add(chunk))
                    end((0,answer/* tooLarge */.g$)(limits));
            },
            onResponseEnd: () => end(),
            onResponseError: (_controller, error) => end(error instanceof http_error/* HttpError */.j ? error : (0,answer/* connectionLost */.Bx)((0,node_failures/* codeOf */.$N)(error))),
        });
    });
}
function firstValues(headers) {
    const entries = Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value[0] : value,
    ]);
    return Object.fromEntries(entries);
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
/**
 * How long to wait before try number `tries + 1`, in milliseconds: full jitter below a ceiling that
 * doubles with each try, on top of whatever wait the server asked for.
 *
 * @param tries how many tries have failed so far, from 1
 * @param askedMs what `Retry-After` or `Fastly-RateLimit-Reset` asked for, in milliseconds
 * @param random a number from 0 to below 1
 */
function retryDelay(tries, askedMs, random) {
    const ceiling = Math.min(highestCeilingMs, firstCeilingMs * 2 ** (tries - 1));
    return (askedMs ?? 0) + random() * ceiling;
}
/**
 * Reads how long a server asks to wait, in milliseconds, from `Retry-After` (seconds or a date, RFC 9110)
 * or, of a 429, from `Fastly-RateLimit-Reset` (epoch seconds, Fastly's page on rate limiting), which stands
 * on every answer to a write and asks for nothing there.
 *
 * @param now what both are measured against: the server's own `Date` where it states one, in milliseconds
 * @returns undefined where the server asks for nothing that can be understood
 */
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
/** @returns milliseconds since the epoch, or undefined for what is no date */
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


/** A shorter piece of a secret gives nothing away, and turns up in any sentence. */
const shortestPiece = 4;
/**
 * Makes a server's text fit to be shown: what was secret in the request is struck out (a server may echo it, in
 * another case or cut short), line ends and other control characters become spaces, and the rest is shortened.
 */
function cleanText(text, secrets, longest = 200) {
    const forms = secrets.flatMap(_secret_forms_js__WEBPACK_IMPORTED_MODULE_0__/* .secretForms */ .eo);
    // Twice: a secret may hold what the first pass leaves out, and what it leaves out may stand within a secret.
    const clean = strike((0,_one_line_js__WEBPACK_IMPORTED_MODULE_1__/* .oneLine */ .T)(strike(text, forms)), forms).trim();
    const shown = strikeCutSecret(clean, forms);
    return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
}
function strike(text, forms) {
    return forms.reduce((rest, form) => rest.replace(new RegExp(escapeRegExp(form), "gi"), "***"), text);
}
/** A server shortens its own texts as well: the last word may be the beginning of a secret. */
function strikeCutSecret(text, forms) {
    const [ending = ""] = /(?:\.\.\.|…)?["')\]]*$/.exec(text) ?? [];
    const body = text.slice(0, text.length - ending.length).toLowerCase();
    const cut = Math.max(0, ...forms.map((form) => overlap(body, form.toLowerCase())));
    return cut < shortestPiece ? text : `${text.slice(0, body.length - cut)}***${ending}`;
}
/** How many characters at the end of a text are the beginning of a secret. */
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
/* harmony export */   E: () => (/* binding */ parseDuration),
/* harmony export */   a: () => (/* binding */ formatDuration)
/* harmony export */ });
const units = { D: 86_400_000, H: 3_600_000, M: 60_000, S: 1_000 };
const pattern = /^(?:(\d{1,6})D)?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?$/;
const isoPattern = /^P(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}S)?)?$/;
/**
 * Reads a duration as people write it (`90s`, `15m`, `1h30m`, `1d`) or as ISO 8601 has it (`PT15M`, `P1D`).
 * Upper and lower case are the same; whole numbers only; months and years have no fixed length and are refused.
 *
 * @returns milliseconds, or undefined where the text is no such duration
 */
function parseDuration(text) {
    const upper = text.trim().toUpperCase();
    const parts = isoPattern.test(upper) ? upper.replace(/[PT]/g, "") : upper;
    const found = pattern.exec(parts);
    if (!found || parts === "")
        return undefined;
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = found;
    return (Number(days) * units.D + Number(hours) * units.H + Number(minutes) * units.M + Number(seconds) * units.S);
}
/**
 * Writes a duration as people read it: `1h30m`, `45s`, `0s`. Whole seconds; the rest is rounded away.
 *
 * @param ms milliseconds, not negative
 */
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


/***/ }),

/***/ 90:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ isoTime)
/* harmony export */ });
/** `2021-01-14T11:47:46Z`: the form in which Fastly was recorded to read and write times, in whole seconds. */
function isoTime(ms) {
    return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}


/***/ }),

/***/ 9257:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ isObject),
/* harmony export */   l: () => (/* binding */ parseObject)
/* harmony export */ });
/** Whether a value of JSON is an object, and no list. */
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** @returns undefined for what is no JSON object: a proxy may answer HTML, or half of a body was lost */
function parseObject(body) {
    try {
        const json = JSON.parse(body.replace(/^\ufeff/, ""));
        return isObject(json) ? json : undefined;
    }
    catch {
        // The parser's own error quotes the body, which may hold a token.
        return undefined;
    }
}


/***/ }),

/***/ 3854:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ oneLine)
/* harmony export */ });
/** Characters that nobody sees: bidirectional controls, zero-width spaces and joiners, invisible fillers. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;
/** Line ends and other control characters. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/**
 * Puts a text on one line, as it looks: control characters become spaces, and characters that nobody sees, which
 * could reverse a sentence or hide half a word from a mask, are dropped.
 */
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
/**
 * Every form in which a secret is likely to show up in a log or to be thrown back by a server: masks work on
 * exact strings only, and an encoded secret is another string. Longest first, without empty ones.
 */
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
/** A mask on fewer characters than these would blacken words and numbers all over the log, and drop outputs. */
const shortestMask = 4;
/** The forms of a secret that can be masked. */
function maskableForms(secret) {
    return secretForms(secret).filter((form) => form.trim().length >= shortestMask);
}
/** Makes of a text what no markup can be hidden in. */
function escapeHtml(text) {
    return text.replace(/[&<>"'`|\r\n]/g, (character) => htmlEscapes[character] ?? `&#${character.charCodeAt(0)};`);
}
const htmlEscapes = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
};
/** What HTTP Basic makes of a user's credentials. */
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
/* harmony import */ var _fastly_token_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4860);
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
/** Reads a journal that was written as JSON. @returns undefined for what `keepJournal` does not write */
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
    const hasId = typeof value.id === "string" && (0,_fastly_token_js__WEBPACK_IMPORTED_MODULE_0__/* .isId */ .eQ)(value.id);
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
    return typeof value === "string" && (0,_fastly_token_js__WEBPACK_IMPORTED_MODULE_0__/* .isAccessToken */ .eo)(value);
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
const mostLostAnswers = 2;
const mostAlike = 1;
const mostRefusedOtps = 2;
const notableOffsetMs = 10_000;
/** Whether, when and how to ask for a token again after a try that failed. */
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
            return again({ kind: "waiting-for-passcode", waitMs: otpMs }, offsetMs);
        case "token-limit":
            return again({ kind: "waiting-for-room", error, waitMs: spread(situation, otpMs) }, offsetMs);
        case "rate-limited": {
            const waitMs = retryAfterMs === undefined ? spread(situation, otpMs) : Math.max(backoffMs, otpMs);
            if (!error.mayHaveHappened)
                return again({ kind: "waiting-for-rate-limit", waitMs }, offsetMs);
            return afterLostAnswer(situation, waitMs, offsetMs);
        }
        case "invalid-expiry":
            if (offsetMs === situation.offsetMs)
                return stop;
            return again({ kind: "correcting-clock", offsetMs, waitMs: otpMs }, offsetMs);
        default:
            return afterLostAnswer(situation, Math.max(backoffMs, otpMs), offsetMs);
    }
}
function again(report, offsetMs, underAnotherName = false) {
    return { kind: "retry", report, offsetMs, underAnotherName };
}
/** Fastly's own refusals, and what stands in the way whatever is sent. */
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
/**
 * An answer of a kind that could not be read twice will not be read a third time; and a 400, which is how Fastly
 * refuses credentials, is not tried again even where its body was lost.
 */
function afterLostAnswer(situation, waitMs, offsetMs) {
    const { error, lostAnswers, alike } = situation;
    if (!error.mayHaveHappened || lostAnswers > mostLostAnswers)
        return stop;
    if (isUnreadable(error) && (alike > mostAlike || error.status === 400))
        return stop;
    // The first time may be a hiccup; after the second, an outage needs longer.
    const patientMs = lostAnswers > 1 ? Math.max(waitMs, situation.remainingMs * share(situation, 4)) : waitMs;
    const isSudo = error.operation === "POST /sudo";
    const report = { kind: isSudo ? "sudo-answer-lost" : "answer-lost", error, waitMs: patientMs };
    return again(report, offsetMs, !isSudo);
}
function isUnreadable({ code }) {
    return unreadable.has(code);
}
const unreadable = new Set([
    "malformed-answer",
    "unexpected-response",
    "answer-too-large",
    "redirected",
]);
/** Where every try costs one of few, they are spread over the time there is. */
function spread(situation, otpMs) {
    const { tries, error, sendsLeft, remainingMs, random } = situation;
    const backoffMs = (0,retry_delay/* retryDelay */.a2)(tries, error.retryAfterMs, random);
    if (sendsLeft === Number.POSITIVE_INFINITY)
        return Math.max(backoffMs, otpMs);
    return Math.max(error.retryAfterMs ?? 0, remainingMs * share(situation, sendsLeft + 1), otpMs);
}
/** About one of so many parts, a random bit more or less, so that jobs that start together do not ask together. */
function share({ random }, parts) {
    return (0.75 + random() / 2) / parts;
}
/** Takes the server's time from a refusal of Fastly's own that a wrong clock explains, where the machine's is notably off. */
function learnedOffset({ error, offsetMs, correctionsLeft, now }) {
    if (error.code !== "invalid-expiry" && error.code !== "refused-otp")
        return offsetMs;
    if (error.serverNow === undefined || error.mayHaveHappened || correctionsLeft === 0)
        return offsetMs;
    const seen = error.serverNow - now;
    return Math.abs(seen - offsetMs) < notableOffsetMs ? offsetMs : seen;
}

// EXTERNAL MODULE: ./src/fastly/index.ts + 11 modules
var fastly = __webpack_require__(6732);
// EXTERNAL MODULE: ./src/token/token-name.ts
var token_name = __webpack_require__(1210);
;// CONCATENATED MODULE: ./src/token/mint-try.ts


/** Asks for a token once; the journal knows before and after. */
async function tryOnce(family, grant, minter, state, ports) {
    const { api, clock, journal, hide } = ports;
    const name = (0,token_name/* formatTokenName */.mO)({ ...family, serial: state.serial });
    let accessToken;
    try {
        const credentials = await credentialsFor(minter, state, ports);
        const askedAt = clock.now();
        const expiresAt = new Date(Math.floor((askedAt + state.offsetMs) / 1000) * 1000 + grant.lifetimeMs);
        journal.intend(name, askedAt, (0,fastly/* isoTime */.Ly)(expiresAt.getTime()));
        if (credentials.kind === "password")
            journal.guard.sending();
        const order = { name, scopes: grant.scopes, services: grant.services, expiresAt };
        const token = await (0,fastly/* createToken */.Ey)(api, order, credentials, (received) => {
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
        noteRefusal(error, minter, ports);
        if (!error.mayHaveHappened)
            journal.record(name, { kind: "never-created" });
        return { kind: "error", error };
    }
}
/** What an error says of a request that carried the password. */
function noteRefusal(error, { apiKey }, { journal }) {
    const carriedPassword = apiKey === undefined || error.operation === "POST /sudo";
    if (!carriedPassword)
        return;
    if (credentialRefusals.has(error.code))
        journal.guard.refused();
    else if (error.status === undefined && !error.mayHaveHappened)
        journal.guard.notSent();
}
/** Refusals of a request that carried a password, as long as they do not say that something else was wrong. */
const credentialRefusals = new Set([
    "refused-credentials",
    "account-locked",
    "missing-credentials",
    "bad-request",
    "unauthorized",
    "forbidden",
]);
/** With a key, sudo is asked first; later tries find the key in sudo mode still, until that is nearly over. */
async function credentialsFor(minter, state, ports) {
    const { username, password, apiKey } = minter;
    if (apiKey === undefined)
        return { kind: "password", username, password, otp: passcodeFor(minter, state, ports) };
    if (!state.isInSudoMode()) {
        const otp = passcodeFor(minter, state, ports);
        ports.journal.guard.sending();
        await (0,fastly/* requestSudo */.ND)(ports.api, apiKey, { username, password, otp });
        state.sudoSince = ports.clock.elapsed();
        ports.journal.guard.accepted();
    }
    return { kind: "key-in-sudo-mode", key: apiKey };
}
function passcodeFor({ passcodes }, state, ports) {
    if (passcodes.kind !== "computed")
        return undefined;
    const now = ports.clock.now() + state.offsetMs;
    const code = passcodes.codeAt(now);
    ports.hide(code);
    state.lastPasscodeStep = Math.floor(now / passcodes.stepMs);
    return code;
}

// EXTERNAL MODULE: ./src/token/mismatch.ts
var mismatch = __webpack_require__(3285);
// EXTERNAL MODULE: ./src/token/revoke-self.ts
var revoke_self = __webpack_require__(4010);
// EXTERNAL MODULE: ./src/token/token-status.ts
var token_status = __webpack_require__(4123);
;// CONCATENATED MODULE: ./src/token/mint-token.ts





/** Sudo mode lasts for five minutes (Fastly's page on sudo). */
const sudoMs = 4 * 60_000;
function newMintState(clock, sudoSince) {
    return {
        tries: 0,
        serial: 1,
        lostAnswers: 0,
        unreadable: new Map(),
        refusedOtps: 0,
        lastPasscodeStep: undefined,
        sudoSince,
        isInSudoMode() {
            return this.sudoSince !== undefined && clock.elapsed() - this.sudoSince < sudoMs;
        },
        offsetMs: 0,
        correctionsLeft: 2,
    };
}
/**
 * Creates a token: one request (two with `apiKey`) when all goes well.
 *
 * When it does not, it never repeats what Fastly refused; it asks again, under the next name of the same
 * family, where an answer was lost; and it waits for the next one-time password, for room below the limit
 * of tokens and for the hourly limit of writes, all until the deadline and as long as the password may be sent.
 * Each try is in the journal before it is sent.
 */
async function mintToken(name, grant, minter, ports) {
    const { guard } = ports.journal;
    const state = newMintState(ports.clock, minter.sudoSince);
    if (guard.left() === 0)
        return {
            kind: "password-not-sent",
            why: guard.verdict === "refused" ? "refused" : "sent-too-often",
        };
    for (;;) {
        state.tries++;
        const result = await tryOnce(name, grant, minter, state, ports);
        const { outcome, pause } = await judge(result, grant, minter, state, ports);
        if (!pause || pause.waitMs >= ports.deadline.remaining())
            return outcome;
        ports.say(pause);
        if (!(await (0,revoke_self/* waited */.h6)({ ...ports.api, signal: ports.signal, deadline: ports.deadline }, pause.waitMs)))
            return { kind: "interrupted" };
    }
}
async function judge(result, grant, minter, state, ports) {
    switch (result.kind) {
        case "created":
            return judgeCreated(result, grant, minter, state, ports);
        case "malformed": {
            const { name, accessToken, error } = result;
            const status = await endTry(name, accessToken, ports);
            // Half an answer is a lost one; a whole one that is malformed would be so again.
            const isCut = error.code === "connection-lost" || error.code === "timed-out";
            const pause = isCut ? pauseAfter(error, minter, state, ports) : undefined;
            return { outcome: { kind: "malformed", error, status }, pause };
        }
        case "error": {
            const { error } = result;
            if (error.code === "aborted")
                return { outcome: { kind: "interrupted" } };
            return {
                outcome: { kind: "failed", error, tries: state.tries },
                pause: pauseAfter(error, minter, state, ports),
            };
        }
    }
}
async function judgeCreated(result, grant, minter, state, ports) {
    const { name, token } = result;
    const found = (0,mismatch/* mismatches */.vJ)(token, grant);
    const isOffByTimeAlone = found.every(({ kind }) => kind === "lives-too-long" || kind === "dead-on-arrival");
    const pause = isOffByTimeAlone && !(0,mismatch/* hasLifetimeAsked */.q4)(token, grant)
        ? pauseToCorrectClock(result, minter, state, ports)
        : undefined;
    if (found.length === 0 && !pause)
        return { outcome: { kind: "minted", name, token } };
    const status = await endTry(name, token.accessToken, ports);
    return { outcome: { kind: "not-as-asked", token, mismatches: found, status }, pause };
}
/**
 * Where a token lives longer or shorter than asked although Fastly took the expiry as it was sent, the machine's
 * clock is wrong: `created_at` says by how much.
 */
function pauseToCorrectClock({ token, expiresAt, askedAt }, minter, state, ports) {
    const takenAsSent = token.expiresAt !== null && Math.abs(Date.parse(token.expiresAt) - expiresAt.getTime()) <= 1000;
    if (!takenAsSent || state.correctionsLeft === 0)
        return undefined;
    const offsetMs = Date.parse(token.createdAt) - askedAt;
    const waitMs = untilNextPasscode(minter, state, ports.clock, offsetMs);
    if (waitMs >= ports.deadline.remaining())
        return undefined;
    state.correctionsLeft--;
    state.offsetMs = offsetMs;
    state.serial++;
    return { kind: "correcting-clock", offsetMs, waitMs };
}
function pauseAfter(error, minter, state, ports) {
    const kind = `${error.code} ${error.status ?? ""}`;
    if (error.mayHaveHappened)
        state.lostAnswers++;
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
        sendsLeft: sendsLeft(minter, state, ports),
        now: ports.clock.now(),
        remainingMs: ports.deadline.remaining(),
        untilNextOtp: (offsetMs) => untilNextPasscode(minter, state, ports.clock, offsetMs),
        hasOtp: minter.passcodes.kind === "computed",
        random: ports.random,
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
/** Where a token may exist that nobody has, some requests with the password are left to who looks for it. */
function sendsLeft({ apiKey }, state, { journal, sendsForRecovery = 0 }) {
    if (apiKey !== undefined && state.isInSudoMode())
        return Number.POSITIVE_INFINITY;
    return journal.guard.left() - (journal.hasLost() ? sendsForRecovery : 0);
}
/** How long until a one-time password exists that was not sent yet, in milliseconds. */
function untilNextPasscode({ passcodes }, state, clock, offsetMs) {
    if (passcodes.kind !== "computed" || state.isInSudoMode())
        return 0;
    const now = clock.now() + offsetMs;
    const step = Math.floor(now / passcodes.stepMs);
    return step === state.lastPasscodeStep ? (step + 1) * passcodes.stepMs - now : 0;
}
async function endTry(name, accessToken, { api, journal }) {
    const status = await (0,revoke_self/* revokeSelf */.lc)(api, accessToken, api.clock.now());
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
/** Compares a created token with what was asked for; what is narrower than asked is no mismatch, as long as it can be used. */
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
/** How long a token lives, in milliseconds, by the server's clock alone: the machine's may be wrong. */
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
/** Whether a token's lifetime is within a minute of what was asked for; of a short one, within half of it. */
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
/**
 * @param use what happened in the job so far
 * @param save called after each change and before anything else happens
 */
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
/* harmony export */   BL: () => (/* binding */ revokeUnseen),
/* harmony export */   h6: () => (/* binding */ waited),
/* harmony export */   lc: () => (/* binding */ revokeSelf)
/* harmony export */ });
/* harmony import */ var _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6732);
/* harmony import */ var _token_status_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4123);


/**
 * Revokes with itself a token that is known to have existed.
 *
 * @param askedAt when it was asked for, where that may be moments ago
 */
async function revokeSelf(api, accessToken, askedAt) {
    const status = await revokeUnseen(api, accessToken, askedAt === undefined ? 0 : (0,_token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .youthLeft */ .lC)(api, askedAt));
    if (status.kind !== "not-known")
        return status;
    // After a revocation whose answer was lost, it is gone because that one had worked.
    return status.answerLost ? { kind: "revoked" } : { kind: "already-gone", how: "revoked" };
}
/**
 * Revokes a token with itself: `DELETE /tokens/self`, one request unless it fails. Where Fastly does not know the
 * token, it is asked once more after a second or two, or as soon as a fresh token is known everywhere.
 */
async function revokeUnseen(api, accessToken, youthMs = 0) {
    const { clock } = api;
    const grownUpAt = clock.elapsed() + youthMs;
    let answerLost = false;
    for (let look = 1;; look++) {
        const result = await tryToRevoke(api, accessToken);
        if (!(result instanceof _fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .FastlyError */ .KD))
            return result;
        answerLost ||= result.mayHaveHappened;
        result.mayHaveHappened = answerLost;
        if (!(0,_token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .isUnknownToken */ .ok)(result))
            return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .statusAfter */ .Bh)(result);
        if (look > 1 && clock.elapsed() >= grownUpAt)
            return { kind: "not-known", answerLost };
        // The second look counts once the token is known everywhere; where time is short, an earlier one may revoke it.
        const grownUpMs = Math.max(_token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .secondLookMs */ .yl, grownUpAt - clock.elapsed() + 50);
        const waitMs = grownUpMs < api.deadline.remaining() ? grownUpMs : _token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .secondLookMs */ .yl;
        if (!(await waited(api, waitMs)))
            return (0,_token_status_js__WEBPACK_IMPORTED_MODULE_1__/* .statusAfter */ .Bh)(result);
    }
}
async function tryToRevoke(api, accessToken) {
    try {
        await (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .revokeTokenCurrent */ .Dt)(api, accessToken);
        return { kind: "revoked" };
    }
    catch (caught) {
        const error = (0,_fastly_index_js__WEBPACK_IMPORTED_MODULE_0__/* .asFastlyError */ .qV)(caught);
        return error.code === "expired-key" ? { kind: "already-gone", how: "expired" } : error;
    }
}
/** @returns false where there is not enough time, or the wait was interrupted */
async function waited({ clock, deadline, signal }, ms) {
    if (ms >= deadline.remaining())
        return false;
    try {
        await clock.wait(ms, signal);
        return true;
    }
    catch {
        // Only the signal ends a wait early.
        return false;
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
/* unused harmony exports longestName, isNonce, nameKey */
/** What a name says where the runner did not say which run it was. */
const unknownRun = { server: "unknown", repository: "unknown/unknown", runId: "0" };
/** assumed: names of databases and forms commonly end at 255; no limit of Fastly's is documented. */
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
/** Whether a text is `owner/repo`. */
function isRepository(text) {
    return new RegExp(`^${segment}/${segment}$`).test(text);
}
/** Whether a text is the host of a URL, with its port where that is not the usual one. */
function isServer(text) {
    return new RegExp(`^${host}$`).test(text);
}
/** Whether a text is a nonce, as `TokenName` has it. */
function isNonce(text) {
    return /^[0-9a-f]{20}$/.test(text);
}
/** Writes a token's name, in at most 255 bytes. What does not fit the format (see `TokenName`) will not parse back. */
function formatTokenName(name) {
    const fixed = fixedPart(name);
    // An owner and a repository of the longest kind on a server with a long name: the run's page does not fit.
    const head = fixed.length + " job=".length <= longestName ? fixed : fixedPart({ ...name, ...unknownRun });
    const room = longestName - head.length - " job=".length;
    const job = encode(name.job);
    const label = encode(name.label);
    const labelRoom = label === "" ? 0 : room - " label=".length;
    if (labelRoom <= 0)
        return `${head} job=${shorten(job, room)}`;
    // Half of the room is the job's, and what the label does not need.
    const jobPart = shorten(job, Math.max(Math.floor(labelRoom / 2), labelRoom - label.length));
    return `${head} job=${jobPart} label=${shorten(label, labelRoom - jobPart.length)}`;
}
function fixedPart({ server, repository, runId, runAttempt, use, checkRunId, ...name }) {
    const page = `${server}/${repository}/actions/runs/${runId}/attempts/${runAttempt}`;
    return `${nameKey(name)} ${page} use=${use}${checkRunId ? ` check=${checkRunId}` : ""}`;
}
/** Shortens a percent-encoded text to so many bytes, never in the middle of a character. */
function shorten(encoded, room) {
    if (encoded.length <= room)
        return encoded;
    let short = encoded.slice(0, Math.max(0, room - 1)).replace(/%[0-9A-F]?$/, "");
    while (decode(short) === undefined)
        short = short.replace(/%[0-9A-F]{2}$/, "");
    return `${short}~`;
}
/** What a token is found by: the beginning of its name, which no other token shares. */
function nameKey({ nonce, serial }) {
    return `${mark} ${nonce}.${serial}`;
}
const keyPattern = new RegExp(`^${mark} [0-9a-f]{20}\\.\\d+`);
/** Whether a name begins as all of ours do. */
function hasNameKey(name) {
    return keyPattern.test(name);
}
/**
 * Whether a listed name is so short that it may be any of ours, cut before its nonce or its serial ends: as long as
 * there is such a token, nobody can say that the one that was asked for was never created.
 */
function mayBeCutNameOf(listed, asked) {
    const key = keyPattern.exec(asked)?.[0] ?? "";
    return listed.length >= shortestCut && listed.length < key.length && key.startsWith(listed);
}
/** Shorter names may be anybody's. */
const shortestCut = "fastly-ephemeral".length;
/**
 * Whether a listed name is, or is what a server has made of, a name that was asked for: it begins with the same
 * mark, nonce and serial, whatever became of the rest.
 */
function isNameOf(listed, asked) {
    const key = keyPattern.exec(asked)?.[0];
    // What is no name of ours has no key, and must not match whatever begins alike.
    if (key === undefined)
        return listed === asked;
    return listed.startsWith(key) && !/^\d/.test(listed.slice(key.length));
}
/**
 * Reads a token's name.
 *
 * @returns undefined unless the whole text is exactly what `formatTokenName` writes: a name that merely
 *   resembles one of ours belongs to somebody else
 */
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
/** Whether a part is as `encode` and `shorten` write it. */
function isCanonical(part) {
    const whole = part.replace(/~$/, "");
    return encode(decode(whole) ?? "~") === whole;
}
/** Lone surrogates cannot be encoded: they become the replacement character. A `~` marks what was shortened. */
function encode(text) {
    return encodeURIComponent(text.toWellFormed()).replaceAll("~", "%7E");
}
function decode(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        // Not an encoding of ours, so not a name of ours.
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
/* harmony export */   yl: () => (/* binding */ secondLookMs)
/* harmony export */ });
function reportOf(attempt, status, id = idOf(attempt)) {
    return { name: attempt.name, id, expiresAt: attempt.expiresAt, status };
}
/** The token's ID, where an answer named it. */
function idOf({ status }) {
    return "accessToken" in status ? status.id : undefined;
}
function isLeft({ kind }) {
    return kind === "still-alive" || kind === "unknown";
}
/** The status of a token that exists, after a revocation that failed. */
function statusAfter(error) {
    const provesNothing = error.mayHaveHappened || error.code === "forbidden" || isUnknownToken(error);
    return { kind: provesNothing ? "unknown" : "still-alive", problem: { kind: "error", error } };
}
/** Whether Fastly says that it does not know a token: one such answer alone may be of a place that does not know it yet. */
function isUnknownToken({ code }) {
    return code === "unauthorized" || code === "not-found";
}
/** How long to wait before the same question is asked again, in milliseconds. */
const secondLookMs = 1_500;
/** assumed: this long after it was asked for, in milliseconds, a token is known everywhere at Fastly. */
const youthMs = 3_500;
/**
 * How much longer "not known" may come from a place that does not know a token yet, in milliseconds.
 *
 * @param askedAt when the token was asked for, by the machine's clock, which may have been set since
 */
function youthLeft({ clock }, askedAt) {
    return Math.min(youthMs, Math.max(0, askedAt + youthMs - clock.now()));
}


/***/ })

};
;