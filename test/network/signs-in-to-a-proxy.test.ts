import { createServer } from "node:net";
import { messagesOf } from "../support/action.ts";
import { useNetwork } from "./support/network.ts";
import { listen, passOn } from "./support/relay.ts";

const network = useNetwork();

const credentials = { username: "runner@corp", password: "p@ss:w/rd 100% & more" };

function urlOf(address: string, { username, password }: typeof credentials): string {
  return `http://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${address}`;
}

test("with the credentials in its URL, which stand nowhere in a log", async () => {
  const proxy = await network.proxy({ credentials });
  const debugging = { NODE_DEBUG: "undici,http,net,tls" };
  const env = { HTTPS_PROXY: urlOf(proxy.address, credentials), ...debugging };
  const job = await network.job({ env, debug: true });
  for (const stage of ["main", "post"] as const) {
    expect(await job.run(stage)).toMatchObject({ conclusion: "success", annotations: [] });
  }
  expect(await job.requests()).toEqual(["POST /tokens 200", "DELETE /tokens/self 204"]);
  const basic = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
  expect(proxy.bytes().includes(`Basic ${basic}`)).toBe(true);
  expect(job.leaks([credentials.password, basic])).toEqual([]);
  expect([...job.masks]).toEqual(
    expect.arrayContaining([credentials.password, encodeURIComponent(credentials.password), basic]),
  );
});

test("with a user name alone, where it wants no password", async () => {
  const user = { username: "runner", password: "" };
  const proxy = await network.proxy({ credentials: user });
  const { conclusion } = await network.main({ env: { HTTPS_PROXY: `http://runner@${proxy.address}` } });
  expect(conclusion).toBe("success");
});

describe("refused by the proxy", () => {
  const wrong = { ...credentials, password: "not this one" };

  test("main asks once, as a second time could lock the account, and says so", async () => {
    const proxy = await network.proxy({ credentials });
    const main = await network.main({ env: { HTTPS_PROXY: urlOf(proxy.address, wrong) } });
    expect(main.conclusion).toBe("failure");
    expect(messagesOf(main, "error")).toEqual([expect.stringMatching(/proxy.*HTTPS_PROXY.*407/i)]);
    expect(proxy.asked()).toHaveLength(1);
    expect(await main.job.requests()).toEqual([]);
    expect(main.job.leaks([wrong.password])).toEqual([]);
  });

  test("post asks once as well, and warns with the token's ID and expiry", async () => {
    const [open, closed] = [await network.proxy(), await network.proxy({ credentials })];
    let way = open;
    const wire = await listen(createServer((socket) => passOn(socket, way.port)));
    const env = { HTTPS_PROXY: urlOf(`127.0.0.1:${wire.port}`, wrong) };
    const { job, outputs } = await network.main({ env });
    way = closed;
    const post = await job.run("post");
    await wire.end();
    const proxy = closed;
    const [warning = ""] = messagesOf(post, "warning");
    expect(warning).toMatch(/proxy.*407/i);
    expect(warning).toContain(outputs["token-id"]);
    expect(warning).toContain(outputs["expires-at"]);
    expect(proxy.asked()).toHaveLength(1);
    expect(job.leaks([wrong.password])).toEqual([]);
  });

  test("a proxy that wants credentials and is given none", async () => {
    const proxy = await network.proxy({ credentials });
    const main = await network.main({ env: { HTTPS_PROXY: `http://${proxy.address}` } });
    expect(messagesOf(main, "error")).toEqual([expect.stringMatching(/proxy.*HTTPS_PROXY.*407/i)]);
    expect(proxy.asked()).toHaveLength(1);
  });
});
