import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { computePackage } from "../../test/support/compute-package.ts";
import { startEmulator } from "../../test/support/emulator.ts";

/** The API that the demo plays against, and a user of it. */
export type DemoApi = {
  description: string;
  url: string;
  credentials: { username: string; password: string; totpSecret: string };
  service: string;
  /** A service that the token must not touch, where one is known. */
  otherService: string | undefined;
  /** The Compute package to deploy. */
  packageFile: string;
  close(): Promise<void>;
};

/** Fastly's own API where the environment holds credentials, else an emulator. */
export async function openDemoApi(): Promise<DemoApi> {
  const { FASTLY_USERNAME, FASTLY_PASSWORD } = process.env;
  if (!FASTLY_USERNAME || !FASTLY_PASSWORD) return emulator();
  return realApi(FASTLY_USERNAME, FASTLY_PASSWORD);
}

async function emulator(): Promise<DemoApi> {
  const { url, username, password, services, stop } = await startEmulator();
  const [service = "", otherService] = services;
  const directory = await mkdtemp(join(tmpdir(), "demo-"));
  const packageFile = join(directory, "demo.tar.gz");
  await writeFile(packageFile, computePackage("demo"));
  return {
    description: `An emulator of Fastly's API listens on ${url}.`,
    url,
    credentials: { username, password, totpSecret: "" },
    service,
    otherService,
    packageFile,
    close: async () => {
      await stop();
      await rm(directory, { recursive: true });
    },
  };
}

async function realApi(username: string, password: string): Promise<DemoApi> {
  const { FASTLY_SERVICE_ID, FASTLY_PACKAGE, FASTLY_OTHER_SERVICE_ID, FASTLY_TOTP_SECRET } = process.env;
  if (!FASTLY_SERVICE_ID || !FASTLY_PACKAGE) {
    throw new Error(
      "With FASTLY_USERNAME set, FASTLY_SERVICE_ID must name a Compute service, and FASTLY_PACKAGE what to deploy there.",
    );
  }
  return {
    description: "FASTLY_USERNAME and FASTLY_PASSWORD are set: this plays against Fastly's real API.",
    url: "https://api.fastly.com",
    credentials: { username, password, totpSecret: FASTLY_TOTP_SECRET ?? "" },
    service: FASTLY_SERVICE_ID,
    otherService: FASTLY_OTHER_SERVICE_ID || undefined,
    packageFile: FASTLY_PACKAGE,
    close: async () => {},
  };
}
