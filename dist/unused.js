"use strict";

/*
 * Stands in, in dist, for the parts of libraries that no step ever needs. scripts/build.ts lists them.
 */

// undici asks its other parser whether it is wanted, and node:http for these two.
exports.getMiloEnabled = () => false;
exports.maxHeaderSize = 16_384;
exports.IncomingMessage = class {};

// @actions/github prepares a fetch of its own, and is then handed another.
exports.HttpClient = class {
  getAgent() {}
  getAgentDispatcher() {}
};
