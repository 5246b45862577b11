const { default: Sequencer } = require("@jest/test-sequencer");

/** The fault matrices take longest, and mostly wait: where they begin first, the others run beside them. */
module.exports = class extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => /[\\/]test[\\/]faults[\\/]/.test(path);
    const usual = super.sort(tests);
    return [...usual.filter(isLong), ...usual.filter((one) => !isLong(one))];
  }
};
