import { messagesOf } from "../support/action.ts";
import { signItself } from "./support/authority.ts";
import { useNetwork } from "./support/network.ts";

const network = useNetwork();

const forms: [string, (address: string) => Record<string, string>][] = [
  ["HTTPS_PROXY", (address) => ({ HTTPS_PROXY: `http://${address}` })],
  ["https_proxy", (address) => ({ https_proxy: `http://${address}` })],
  ["a slash at the end", (address) => ({ HTTPS_PROXY: `http://${address}/` })],
  ["no scheme", (address) => ({ HTTPS_PROXY: address })],
  ["ALL_PROXY", (address) => ({ ALL_PROXY: `http://${address}` })],
  ["https_proxy before HTTPS_PROXY", (address) => ({ https_proxy: address, HTTPS_PROXY: "127.0.0.1:1" })],
  ["HTTPS_PROXY before ALL_PROXY", (address) => ({ HTTPS_PROXY: address, ALL_PROXY: "127.0.0.1:1" })],
  ["an empty https_proxy is none", (address) => ({ https_proxy: "", HTTPS_PROXY: address })],
];

test.each(forms)("%s: main goes through the proxy", async (_form, env) => {
  const proxy = await network.proxy();
  const main = await network.main({ env: env(proxy.address) });
  expect(main).toMatchObject({ conclusion: "success", annotations: [] });
  expect(proxy.asked()).toHaveLength(1);
});

test("post reads both variables in both cases as well", async () => {
  const proxy = await network.proxy();
  const job = await network.job({ env: { https_proxy: proxy.address, no_proxy: "example.test" } });
  expect(await job.run("main")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(proxy.asked()).toHaveLength(2);
});

test("credentials without a scheme before them are used, and masked", async () => {
  const credentials = { username: "runner", password: "s3cret-of-the-proxy" };
  const proxy = await network.proxy({ credentials });
  const env = { HTTPS_PROXY: `runner:s3cret-of-the-proxy@${proxy.address}` };
  const main = await network.main({ env });
  expect(main.conclusion).toBe("success");
  expect(main.job.masks).toContain(credentials.password);
});

test("HTTP_PROXY is for http alone", async () => {
  const proxy = await network.proxy();
  const env = { HTTP_PROXY: `http://${proxy.address}`, http_proxy: `http://${proxy.address}` };
  expect(await network.main({ env })).toMatchObject({ conclusion: "success" });
  expect(proxy.asked()).toEqual([]);
});

test("a proxy is never asked for an API on loopback that speaks http", async () => {
  const proxy = await network.proxy();
  const { conclusion } = await network.main({
    inputs: { "api-url": network.action.emulator.url },
    env: { HTTPS_PROXY: proxy.address, HTTP_PROXY: proxy.address, ALL_PROXY: proxy.address },
  });
  expect(conclusion).toBe("success");
  expect(proxy.asked()).toEqual([]);
});

describe("a proxy that is itself spoken to by https", () => {
  test("is used where its certificate holds", async () => {
    const proxy = await network.proxy({ identity: await network.authority.issue(["proxy.test"]) });
    const job = await network.job({ env: { HTTPS_PROXY: `https://proxy.test:${proxy.port}` } });
    expect(await job.run("main")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 204"]);
    expect(proxy.bytes().length).toBeGreaterThan(0);
  });

  test.each([
    ["another host's", () => network.authority.issue(["example.test"])],
    ["its own", () => signItself(["proxy.test"])],
  ])("is refused where its certificate is %s, in words that say proxy", async (_whose, identity) => {
    const proxy = await network.proxy({ identity: await identity() });
    const env = { HTTPS_PROXY: `https://proxy.test:${proxy.port}` };
    const main = await network.main({ env, inputs: { timeout: "2s" } });
    expect(main.conclusion).toBe("failure");
    expect(messagesOf(main, "error")).toEqual([expect.stringMatching(/the proxy's/)]);
    expect(await main.job.requests()).toEqual([]);
  });
});

test.each([
  ["no URL", "http://"],
  ["a port that is none", "http://127.0.0.1:99999"],
  ["a scheme that no proxy has", "ftp://127.0.0.1:3128"],
  ["a lone percent sign in the password", "http://runner:s3cret100%@127.0.0.1:3128"],
])("%s: main names HTTPS_PROXY and what is allowed, without its password", async (_what, url) => {
  const main = await network.main({ env: { HTTPS_PROXY: url } });
  expect(main.conclusion).toBe("failure");
  expect(messagesOf(main, "error")).toEqual([expect.stringMatching(/HTTPS_PROXY.*Use http/s)]);
  expect(main.job.leaks(["s3cret100%"])).toEqual([]);
  expect(await main.job.requests()).toEqual([]);
});

test.each([
  ["turned bad", "http://runner:s3cret100%@127.0.0.1:3128"],
  ["names nobody", "http://127.0.0.1:1"],
  ["is gone", ""],
])("a variable that %s after main changes nothing for post", async (_what, url) => {
  const proxy = await network.proxy();
  const job = await network.job({ env: { HTTPS_PROXY: `http://${proxy.address}` } });
  expect(await job.run("main")).toMatchObject({ conclusion: "success" });
  const post = await job.run("post", { env: { HTTPS_PROXY: url } });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(proxy.asked()).toHaveLength(2);
  expect(await job.alive()).toBe(0);
});

test("a proxy that appears after main is not asked by post", async () => {
  const proxy = await network.proxy();
  const { job } = await network.main();
  const post = await job.run("post", { env: { HTTPS_PROXY: `http://${proxy.address}` } });
  expect(post).toMatchObject({ conclusion: "success", annotations: [] });
  expect(proxy.asked()).toEqual([]);
});

test("a user name beside a password is not masked, and nothing of fewer than four characters is", async () => {
  const credentials = { username: "deploy", password: "x" };
  const proxy = await network.proxy({ credentials });
  const env = { HTTPS_PROXY: `http://deploy:x@${proxy.address}` };
  const { masks, conclusion } = await network.main({ env, debug: true });
  expect(conclusion).toBe("success");
  expect(masks).not.toContain("deploy");
  expect(masks.filter((mask) => mask.length < 4)).toEqual([]);
  expect(masks).toContain(Buffer.from("deploy:x").toString("base64"));
});

test("a token in the place of the user name is masked", async () => {
  const credentials = { username: "t0ken-of-the-proxy", password: "" };
  const proxy = await network.proxy({ credentials });
  const { masks, conclusion } = await network.main({
    env: { HTTPS_PROXY: `http://t0ken-of-the-proxy@${proxy.address}` },
  });
  expect(conclusion).toBe("success");
  expect(masks).toContain("t0ken-of-the-proxy");
});

test.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])(
  "%s with a proxy that cannot be used is named, and nothing is sent",
  async (variable) => {
    const main = await network.main({ env: { [variable]: "socks5://127.0.0.1:1080" } });
    expect(messagesOf(main, "error").join()).toContain(
      `Environment variable ${variable} is not the URL of a proxy. Use http://host:port`,
    );
    expect(await main.job.requests()).toEqual([]);
  },
);
