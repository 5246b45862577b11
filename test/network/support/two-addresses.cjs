/* Loaded into a process before anything else: two.test has two addresses, and the first is slow. */
const dns = require("node:dns");

const { lookup } = dns;
dns.lookup = (name, options, callback) => {
  if (name !== "two.test") return lookup(name, options, callback);
  const addresses = [
    { address: "127.0.0.1", family: 4 },
    { address: "127.0.0.2", family: 4 },
  ];
  if (options.all) process.nextTick(callback, null, addresses);
  else process.nextTick(callback, null, addresses[0].address, 4);
};
