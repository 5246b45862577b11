import { createReadStream } from "node:fs";
import { dirname, resolve } from "node:path";
import { decodeUtf8 } from "../text/utf8.ts";
import type { SecretSources, SecretText } from "./config/index.ts";

const largestSecret = 65_536;

/** Secrets from this process's environment, and from files below the folder of the configuration file. */
export function secretsOf(configurationFile: string): SecretSources {
  const folder = dirname(resolve(configurationFile));
  return {
    env: (name) => process.env[name],
    file: (path) => readSecret(resolve(folder, path)),
  };
}

async function readSecret(path: string): Promise<SecretText> {
  try {
    const bytes = await readStart(path, largestSecret + 1);
    if (bytes.length > largestSecret) return { kind: "unreadable", reason: "larger than 64 KiB" };
    const text = decodeUtf8(bytes);
    return text === undefined ? { kind: "unreadable", reason: "not UTF-8" } : { kind: "text", text };
  } catch (error) {
    return secretFault(error);
  }
}

/** What names no end, such as a device, is read no further than this. */
async function readStart(path: string, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: length - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function secretFault(error: unknown): SecretText {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
  return {
    kind: "unreadable",
    reason: code ?? "unknown",
  };
}

/** Reads a file as far as one of a configuration, or of a certificate, may be large. @throws with a `code` where it cannot be read */
export async function readFileStart(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readStart(path, 2 * 1_048_576));
}
