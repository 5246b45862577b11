import { tokensOf } from "../support/action.ts";
import { secretForms } from "../support/runner/leaks.ts";
import { useNetwork } from "./support/network.ts";

const network = useNetwork();

test("a proxy sees where to, and not the credentials, the token, or what is asked", async () => {
  const proxy = await network.proxy();
  const job = await network.job({ env: { HTTPS_PROXY: `http://${proxy.address}` } });
  await job.run("main");
  await job.run("post");
  expect(await job.alive()).toBe(0);
  const seen = proxy.bytes().toString("latin1");
  expect(seen).toContain("CONNECT api.fastly.test");
  const [token = ""] = tokensOf(job);
  const secrets = [job.user.username, job.user.password, token].flatMap(secretForms);
  expect(secrets.filter(({ text }) => seen.includes(text))).toEqual([]);
  for (const word of ["/tokens", "purge_all", "Fastly-Key", "fastly-key"]) expect(seen).not.toContain(word);
});
