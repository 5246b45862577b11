const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** What mostly waits, for as long as a job does, the longest first: it begins first, and the others run beside it. */
const waiting = [
  "faults/matrix",
  "faults/broker-matrix",
  "broker/scale",
  "verify/says-what-holds",
  "verify/ends-what-it-created",
  "post/believes-only-fastlys-own-responses",
  "revoke/revokes-the-token-it-is-given",
  "broker/action/gets-its-jwt-whatever-github-does",
  "post/finds-what-a-killed-main-left",
  "broker/service/users",
  "main/sends-the-password-four-times-at-most",
  "main/grants-the-lifetime-asked-for-on-any-clock",
  "post/believes-no-refusal-of-a-fresh-token",
  "broker/service/store-on-redis",
  "broker/action/leaves-nothing-behind",
  "network/ends-whatever-is-still-open",
  "broker/users/reads-what-lives-before-it-makes-more",
  "revoke/claims-nothing-about-ids-it-has-not-seen",
  "main/asks-again-under-another-name-when-a-response-is-lost",
  "post/is-calm-when-the-token-is-gone",
  "network/goes-through-a-proxy",
  "main/waits-at-the-limit-of-live-tokens",
  "client/keeps-its-connection",
].map((name) => join(__dirname, "..", `${name}.test.ts`));

const missing = waiting.filter((path) => !existsSync(path));
if (missing.length > 0) throw new Error(`test/support/sequencer.cjs names no test: ${missing.join(", ")}`);

module.exports = class extends Sequencer {
  sort(tests) {
    const usual = super.sort(tests);
    const first = waiting.flatMap((path) => usual.filter((one) => one.path === path));
    return [...first, ...usual.filter((one) => !first.includes(one))];
  }
};
