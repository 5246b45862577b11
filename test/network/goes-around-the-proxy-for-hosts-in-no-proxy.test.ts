import { apiHost, useNetwork } from "./support/network.ts";
import type { Tap } from "./support/proxy.ts";

const network = useNetwork();

type Variables = (port: number) => Record<string, string>;
type Row = [what: string, host: string, variables: Variables];

const noProxy =
  (value: string): Variables =>
  () => ({ NO_PROXY: value });

const around: Row[] = [
  ["the host", apiHost, noProxy(apiHost)],
  ["the host in other letters", apiHost, noProxy("API.Fastly.TEST")],
  ["no_proxy in lower case", apiHost, () => ({ no_proxy: apiHost })],
  ["no_proxy before NO_PROXY", apiHost, () => ({ no_proxy: apiHost, NO_PROXY: "example.test" })],
  ["an empty no_proxy, which is none", apiHost, () => ({ no_proxy: "", NO_PROXY: apiHost })],
  ["its domain", apiHost, noProxy("fastly.test")],
  ["its domain, with a dot", apiHost, noProxy(".fastly.test")],
  ["its domain, with a star", apiHost, noProxy("*.fastly.test")],
  ["the domain of its domain", apiHost, noProxy("test")],
  ["everything", apiHost, noProxy("*")],
  ["everything, in a list", apiHost, noProxy("example.test,*")],
  ["the host and its port", apiHost, (port) => ({ NO_PROXY: `${apiHost}:${port}` })],
  ["its domain and its port", apiHost, (port) => ({ NO_PROXY: `.fastly.test:${port}` })],
  ["a list", apiHost, noProxy(`example.test,${apiHost},other.test`)],
  ["a list with spaces", apiHost, noProxy(` example.test , ${apiHost} , other.test `)],
  ["a list separated by spaces", apiHost, noProxy(`example.test ${apiHost}`)],
  ["localhost", "localhost", noProxy("localhost,127.0.0.1,::1")],
  ["an IPv4 address", "127.0.0.1", noProxy("localhost,127.0.0.1,::1")],
  ["an IPv4 address and its port", "127.0.0.1", (port) => ({ NO_PROXY: `127.0.0.1:${port}` })],
];

const through: Row[] = [
  ["nothing", apiHost, noProxy("")],
  ["another host", apiHost, noProxy("example.test")],
  ["a host of the same domain", apiHost, noProxy("www.fastly.test")],
  ["a host below it", apiHost, noProxy(`eu.${apiHost}`)],
  ["a domain that only ends alike", apiHost, noProxy("stly.test")],
  ["another port", apiHost, noProxy(`${apiHost}:443`)],
  ["an address, for a name that means it", apiHost, noProxy("127.0.0.1")],
  ["the end of an address", "127.0.0.1", noProxy("0.0.1")],
];

let proxy: Tap;
beforeEach(async () => {
  proxy = await network.proxy();
});

async function asked([, host, variables]: Row, stage: "main" | "post"): Promise<string[]> {
  const env = { HTTPS_PROXY: `http://${proxy.address}`, ...variables(network.front.port) };
  const job = await network.job({ env, inputs: { "api-url": network.apiUrl(host) } });
  if (stage === "post") await job.run("main");
  const before = proxy.asked().length;
  expect(await job.run(stage)).toMatchObject({ conclusion: "success", annotations: [] });
  return proxy.asked().slice(before);
}

test.each(around)("%s, %s: main needs no proxy", async (...row) => {
  expect(await asked(row, "main")).toEqual([]);
});

test.each(through)("%s, %s: main goes through the proxy", async (...row) => {
  expect(await asked(row, "main")).toEqual([`${row[1]}:${network.front.port}`]);
});

test("post needs none for its domain", async () => {
  expect(await asked(["its domain", apiHost, noProxy(".fastly.test")], "post")).toEqual([]);
});

test("post goes through it for another", async () => {
  expect(await asked(["another", apiHost, noProxy("example.test")], "post")).toHaveLength(1);
});
