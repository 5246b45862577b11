import { isIP } from "node:net";
import { readOptions } from "./cli/options.ts";
import { type CertificateFiles, readServerCertificate, type ServerCertificate } from "./node-certificate.ts";

/** How the broker is started. */
export interface StartOptions {
  config: string;
  port: number;
  host: string;
  json: boolean;
  trustsProxy: boolean;
  tls: { files: CertificateFiles; certificate: ServerCertificate } | undefined;
  /** Lines about what works and is most likely not meant. */
  warnings: readonly string[];
}

const usage =
  "Usage: broker --config FILE [--port N] [--host H] [--json] [--tls-cert FILE --tls-key FILE] [--trust-proxy]";

const names = {
  of: "the broker",
  values: ["config", "port", "host", "tls-cert", "tls-key"],
  flags: ["json", "trust-proxy"],
};

/** Reads the options that start the broker, and the files of its certificate. @returns in words what is wrong with them */
export async function readStartOptions(args: readonly string[], now: number): Promise<StartOptions | string> {
  const options = readOptions(args, names);
  if (options.kind === "mistake") return `${options.message}\n${usage}`;
  const { all } = options;
  const last = (name: string) => all.get(name)?.at(-1);
  const [config, port = "8080", host = "127.0.0.1"] = [last("config"), last("port"), last("host")];
  if (config === undefined) return `--config is missing.\n${usage}`;
  if (!/^(?:0|[1-9]\d{0,4})$/.test(port) || Number(port) > 65_535)
    return `--port must be a number from 0 to 65535.\n${usage}`;
  if (!isHost(host))
    return `--host is not an IP address or a host name. Write 127.0.0.1 or ::1, without a port; 0.0.0.0 is every address of this machine.\n${usage}`;
  const base = {
    config,
    port: Number(port),
    host,
    json: all.has("json"),
    trustsProxy: all.has("trust-proxy"),
  };
  const [cert, key] = [last("tls-cert"), last("tls-key")];
  if (cert === undefined && key === undefined) return { ...base, tls: undefined, warnings: [] };
  if (cert === undefined || key === undefined)
    return `--tls-cert and --tls-key must be used together: --tls-${cert === undefined ? "cert" : "key"} is missing.\n${usage}`;
  const files = { cert, key };
  const read = await readServerCertificate(files, now);
  if (read.kind === "refused") return read.text;
  return { ...base, tls: { files, certificate: read.certificate }, warnings: read.warnings };
}

/** A name whose last part is a number would be read as an address: 0 is every address of the machine. */
function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  return /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?$/i.test(text) && !/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/i.test(text);
}
