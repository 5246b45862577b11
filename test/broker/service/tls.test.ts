import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as requestOver } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { signItself } from "../../network/support/authority.ts";
import { type RunningBroker, startBroker } from "../../support/broker.ts";
import { configOf, useWorld } from "./world.ts";

const world = useWorld();
let directory: string;
let cert: string;
let broker: RunningBroker;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "self-signed-"));
  const own = await signItself(["127.0.0.1"]);
  cert = own.cert;
  await Promise.all([
    writeFile(join(directory, "cert.pem"), own.cert),
    writeFile(join(directory, "key.pem"), own.key),
  ]);
  const { config, env } = await configOf(world, {
    users: [{ id: "ci-web", user: await world.fastly.addUser() }],
  });
  const args = ["--tls-cert", join(directory, "cert.pem"), "--tls-key", join(directory, "key.pem")];
  broker = await startBroker(config, { env, args });
});
afterAll(async () => {
  await broker.stop();
  await rm(directory, { recursive: true });
});

/** The status and body of `/healthz`, for a client that trusts this certificate. */
async function health(ca: string): Promise<{ status: number | undefined; body: string }> {
  const request = requestOver(`${broker.url}/healthz`, { ca, agent: false }).end();
  const [response] = await once(request, "response");
  return { status: response.statusCode, body: String((await once(response, "data"))[0]) };
}

/** The version of TLS that is agreed on, or the code of the failure. */
function agreed(version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string | null | undefined> {
  const port = Number(new URL(broker.url).port);
  const range = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, ca: cert, ...range }, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code));
  });
}

test("--tls-cert and --tls-key: the first line states an https URL, and requests are answered there", async () => {
  expect(broker.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect(await health(cert)).toEqual({ status: 200, body: '{"status":"alive"}\n' });
});

test("SIGHUP: a renewed certificate is shown from the next connection on, and a wrong one changes nothing", async () => {
  const config = await readFile(broker.configFile, "utf8");
  const renewed = await signItself(["127.0.0.1"]);
  await writeFile(join(directory, "cert.pem"), renewed.cert);
  expect(await broker.reload(config)).toMatchObject({ event: "reload", decision: "refused" });
  expect(broker.output()).toMatch(
    /does not belong to .*\nThe broker keeps its current configuration and certificate\./,
  );
  expect(await health(cert)).toMatchObject({ status: 200 });

  await writeFile(join(directory, "key.pem"), renewed.key);
  expect(await broker.reload(config.replace("version: 1", "version: 2"))).toMatchObject({
    decision: "refused",
  });
  expect(await health(cert)).toMatchObject({ status: 200 });

  expect(await broker.reload(config)).toMatchObject({ decision: "done" });
  await expect(health(cert)).rejects.toThrow(/self-signed|unable to verify|signature/);
  cert = renewed.cert;
  expect(await health(cert)).toMatchObject({ status: 200 });
});

test("a client that does not know the certificate does not talk to it", async () => {
  const { cert: another } = await signItself(["127.0.0.1"]);
  await expect(health(another)).rejects.toThrow(/self-signed|unable to verify/);
});

test("TLS 1.2 and 1.3 are spoken, and nothing older", async () => {
  expect(await agreed("TLSv1.2")).toBe("TLSv1.2");
  expect(await agreed("TLSv1.3")).toBe("TLSv1.3");
  expect(await agreed("TLSv1.1")).toBe("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
});

test("plain http on that port gets no response", async () => {
  await expect(fetch(`${broker.url.replace("https:", "http:")}/healthz`)).rejects.toThrow();
  expect(await health(cert)).toMatchObject({ status: 200 });
});
