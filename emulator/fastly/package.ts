import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { Refusal } from "../world/refusal.ts";
import type { Package } from "../world/services.ts";

const blockSize = 512;

/** What Fastly says of a Compute package: a gzipped tar archive with a manifest and a module. */
export function readPackage(archive: Buffer): Omit<Package, "id" | "createdAt"> {
  const files = unpack(archive);
  const manifest = [...files].find(([name]) => name.endsWith("/fastly.toml"))?.[1].toString();
  const hasModule = [...files.keys()].some((name) => name.endsWith("/bin/main.wasm"));
  if (manifest === undefined || !hasModule) throw new Refusal("malformed_package");
  return {
    name: /^name\s*=\s*"([^"]*)"/m.exec(manifest)?.[1] ?? "",
    size: archive.length,
    hashsum: sha512(archive),
    filesHash: sha512(
      Buffer.concat([...files.keys()].sort().map((name) => files.get(name) ?? Buffer.alloc(0))),
    ),
  };
}

function sha512(bytes: Buffer): string {
  return createHash("sha512").update(bytes).digest("hex");
}

/** The plain files of a gzipped tar archive, by name. */
function unpack(archive: Buffer): Map<string, Buffer> {
  const tar = gunzip(archive);
  const files = new Map<string, Buffer>();
  for (let at = 0; at + blockSize <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number) =>
      tar.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 12), 8) || 0;
    const type = text(156, 1);
    const content = at + blockSize;
    if (type === "" || type === "0") files.set(text(0, 100), tar.subarray(content, content + size));
    at = content + Math.ceil(size / blockSize) * blockSize;
  }
  return files;
}

function gunzip(archive: Buffer): Buffer {
  try {
    return gunzipSync(archive);
  } catch {
    throw new Refusal("malformed_package");
  }
}
