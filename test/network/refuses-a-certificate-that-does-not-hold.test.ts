import { messagesOf } from "../support/action.ts";
import { foundAuthority, type Identity, signItself } from "./support/authority.ts";
import { apiHost, useNetwork } from "./support/network.ts";

const network = useNetwork();
const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day);

const identities: [string, RegExp, () => Promise<Identity>][] = [
  [
    "belongs to another host",
    /another host/,
    () => network.authority.issue(["api.fastly.test.example", "example.test"]),
  ],
  [
    "has expired",
    /expired/,
    () => network.authority.issue([apiHost], { notBefore: inDays(-2), notAfter: inDays(-1) }),
  ],
  [
    "is not valid yet",
    /not valid yet/,
    () => network.authority.issue([apiHost], { notBefore: inDays(1), notAfter: inDays(2) }),
  ],
  ["vouches for itself", /NODE_EXTRA_CA_CERTS/, () => signItself([apiHost])],
  [
    "comes from an authority that nobody named",
    /NODE_EXTRA_CA_CERTS/,
    async () => {
      const other = await foundAuthority();
      const identity = await other.issue([apiHost]);
      await other.end();
      return identity;
    },
  ],
];

describe.each(identities)("a certificate that %s", (_how, words, identity) => {
  test("is refused in words, and nothing is sent", async () => {
    network.front.show(await identity());
    const main = await network.main();
    expect(main.conclusion).toBe("failure");
    expect(messagesOf(main, "error")).toEqual([expect.stringMatching(/certificate/)]);
    expect(messagesOf(main, "error")).toEqual([expect.stringMatching(words)]);
    expect(await main.job.requests()).toEqual([]);
  });

  test("is refused behind a proxy too", async () => {
    network.front.show(await identity());
    const proxy = await network.proxy();
    const main = await network.main({ env: { HTTPS_PROXY: `http://${proxy.address}` } });
    expect(messagesOf(main, "error")).toEqual([expect.stringMatching(words)]);
    expect(await main.job.requests()).toEqual([]);
    expect(proxy.asked()).toHaveLength(1);
  });
});

test("NODE_TLS_REJECT_UNAUTHORIZED=0, which any step may have set, changes nothing, with a proxy or without", async () => {
  network.front.show(await signItself([apiHost]));
  const proxy = await network.proxy();
  const unsafe = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  for (const env of [unsafe, { ...unsafe, HTTPS_PROXY: proxy.address }]) {
    const main = await network.main({ env });
    expect(messagesOf(main, "error")).toEqual([expect.stringMatching(/certificate is not trusted/)]);
    expect(await main.job.requests()).toEqual([]);
  }
  expect(proxy.asked()).toHaveLength(1);
});

test("post has nothing to do then, and says nothing of it", async () => {
  network.front.show(await signItself([apiHost]));
  const { job } = await network.main();
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.requests()).toEqual([]);
});

test("revoke and sweep refuse it as well", async () => {
  const { job, outputs } = await network.main();
  network.front.show(await signItself([apiHost]));
  const { username, password } = job.user;
  for (const [name, inputs] of [
    ["revoke", { token: outputs.token ?? "" }],
    ["sweep", { username, password, "trust-age": "true" }],
  ] as const) {
    const step = await (await network.companion(name, { inputs })).run("main");
    expect(step.conclusion).toBe("failure");
    expect(messagesOf(step, "error").join()).toMatch(/certificate is not trusted/);
  }
  expect(await job.requests()).toEqual(["POST /tokens 200"]);
});
