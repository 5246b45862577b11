import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

/** What a server shows of itself, in PEM. */
export type Identity = { key: string; cert: string };

export type Validity = { notBefore?: Date; notAfter?: Date };

/** A certificate authority that no system knows, such as a company's own. */
export type Authority = {
  /** Its certificate, as NODE_EXTRA_CA_CERTS wants it. */
  file: string;
  issue(hosts: readonly string[], validity?: Validity): Promise<Identity>;
  end(): Promise<void>;
};

export async function foundAuthority(): Promise<Authority> {
  const directory = await mkdtemp(join(tmpdir(), "authority-"));
  const file = join(directory, "authority.pem");
  const own = await generate([{ name: "commonName", value: "Private authority" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  await writeFile(file, own.cert);
  return {
    file,
    issue: (hosts, validity) => certify(hosts, validity, { key: own.private, cert: own.cert }),
    end: () => rm(directory, { recursive: true }),
  };
}

/** What a server shows that nobody vouches for. */
export function signItself(hosts: readonly string[], validity?: Validity): Promise<Identity> {
  return certify(hosts, validity);
}

async function certify(
  hosts: readonly string[],
  { notBefore, notAfter }: Validity = {},
  ca?: Identity,
): Promise<Identity> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "Server" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: hosts.map(altName) }],
    ...(notBefore ? { notBeforeDate: notBefore } : {}),
    ...(notAfter ? { notAfterDate: notAfter } : {}),
    ...(ca ? { ca } : {}),
  });
  return { key, cert };
}

function altName(host: string) {
  return isIP(host) === 0 ? { type: 2 as const, value: host } : { type: 7 as const, ip: host };
}
