/*
 * Loaded into a step before anything else: writes down, in the file that RECORD_ORDER_IN names, in which order the
 * step prints masks, writes to the runner's files, and connects.
 */
const fs = require("node:fs");
const net = require("node:net");

const { appendFileSync } = fs;
const record = (what) => appendFileSync(process.env.RECORD_ORDER_IN, `${JSON.stringify(what)}\n`);

fs.appendFileSync = (path, text, ...rest) => {
  record({ file: String(path), text: String(text) });
  return appendFileSync(path, text, ...rest);
};

const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  record({ printed: String(text) });
  return write(text, ...rest);
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  record({ connected: true });
  return connect.apply(this, given);
};
