/*
 * Loaded into a process before anything else: names below .test, which no real name server knows, mean this machine,
 * as if its hosts file said so; those below .v6.test its IPv6 loopback.
 */
const dns = require("node:dns");

const { lookup } = dns;
dns.lookup = (name, ...rest) => lookup(addressOf(name), ...rest);

function addressOf(name) {
  if (name.endsWith(".v6.test")) return "::1";
  return name.endsWith(".test") ? "127.0.0.1" : name;
}
