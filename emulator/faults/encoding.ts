import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

/** `deflate-raw` says `deflate` and leaves out zlib's wrapping, as some servers do. */
export const encodings = ["gzip", "x-gzip", "br", "deflate", "deflate-raw", "zstd"] as const;
export type Encoding = (typeof encodings)[number];

const encoders: Record<Encoding, (body: Buffer) => Buffer> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  "deflate-raw": deflateRawSync,
  zstd: zstdCompressSync,
};

export function encode(body: Buffer, encoding: Encoding): Buffer {
  return encoders[encoding](body);
}

/** The name in `Content-Encoding`. */
export function encodingName(encoding: Encoding): string {
  return encoding === "deflate-raw" ? "deflate" : encoding;
}

/** The first of what servers offer that the request accepts; null for a request that names none of it. */
export function acceptedEncoding(acceptEncoding: string | undefined): Encoding | null {
  const accepted = new Set(
    (acceptEncoding ?? "")
      .split(",")
      .filter((item) => !/;\s*q=0(?:\.0*)?\s*$/.test(item))
      .map((item) => item.split(";")[0]?.trim().toLowerCase()),
  );
  return (["br", "gzip"] as const).find((encoding) => accepted.has(encoding)) ?? null;
}
