"use strict";

/*
 * Stands in, in dist, for the parts of libraries that no step ever needs. scripts/build.ts lists them.
 */

// Of node:assert, undici needs this much. The module itself takes two milliseconds to load.
function assert(value, message = "an assertion of undici's failed") {
  if (!value) throw message instanceof Error ? message : new Error(message);
}

module.exports = assert;

// undici tells its channels nothing as long as nobody listens, and lower-cases what its tree does not know.
const silent = { hasSubscribers: false };
assert.channels = new Proxy({}, { get: () => silent });
assert.tree = { lookup: () => undefined };

// Of what the parser's C code names, undici uses these; the build fails where an update of undici uses others.
assert.ERROR = { OK: 0, PAUSED: 21, PAUSED_UPGRADE: 22 };
assert.TYPE = { RESPONSE: 2 };

// undici asks its other parser whether it is wanted, and node:http for these two.
assert.getMiloEnabled = () => false;
assert.maxHeaderSize = 16_384;
assert.IncomingMessage = class {};

// @actions/github prepares a fetch of its own, and is then handed another.
assert.HttpClient = class {
  getAgent() {}
  getAgentDispatcher() {}
};
