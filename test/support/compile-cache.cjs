const { resolve } = require("node:path");

/**
 * Servers that tests start keep their compiled code below `build/`: half of the processor time that their start takes.
 * The steps of a job do not: nothing of this environment reaches them.
 */
module.exports = () => {
  process.env.NODE_COMPILE_CACHE ??= resolve("build/compile-cache");
};
