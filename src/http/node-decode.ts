import * as zlib from "node:zlib";
import { BodyBytes } from "./response.ts";

/* Loaded only for a response that is encoded although `identity` was asked for. */

export interface Decoded {
  /** As much as could be decoded. */
  body: Uint8Array;
  end: "whole" | "broken" | "too-large";
}

/**
 * @param encoding the response's `Content-Encoding`: what was applied, in that order
 * @param maxBytes the most that is decoded
 */
export async function decode(bytes: Uint8Array, encoding: string, maxBytes: number): Promise<Decoded> {
  const names = encoding.toLowerCase().split(",");
  let decoded: Decoded = { body: bytes, end: "whole" };
  for (const name of names.map((name) => name.trim()).reverse()) {
    if (name === "" || name === "identity") continue;
    const decoder = decoderFor(name, decoded.body);
    if (!decoder) return { ...decoded, end: "broken" };
    const { body, end } = await run(decoder, decoded.body, maxBytes);
    // What is not encoded at all, whatever its head says, is left as it came.
    const isBare = end === "broken" && body.length === 0;
    decoded = { body: isBare ? decoded.body : body, end: decoded.end === "whole" ? end : decoded.end };
  }
  return decoded;
}

type Decoder = zlib.Gunzip | zlib.Inflate | zlib.InflateRaw | zlib.BrotliDecompress | zlib.ZstdDecompress;

function decoderFor(name: string, bytes: Uint8Array): Decoder | undefined {
  switch (name) {
    case "gzip":
    case "x-gzip":
      return zlib.createGunzip();
    case "deflate":
      // With zlib's wrapper, as the standard has it, or without, as some servers send it.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw();
    case "br":
      return zlib.createBrotliDecompress();
    case "zstd":
      return zlib.createZstdDecompress();
    default:
      return undefined;
  }
}

/** gzip ends in a checksum and a length. */
const longestTrailer = 8;

function run(decoder: Decoder, bytes: Uint8Array, maxBytes: number): Promise<Decoded> {
  return new Promise((resolve) => {
    const body = new BodyBytes(maxBytes);
    const finish = (end: Decoded["end"]) => resolve({ body: body.all(), end });
    decoder.on("data", (chunk: Buffer) => {
      if (body.add(chunk)) return;
      finish("too-large");
      decoder.destroy();
    });
    decoder.on("end", () => finish("whole"));
    decoder.on("error", () => finish("broken"));
    // An error keeps back what else came of the same piece: a bad checksum at the end must not cost the rest.
    decoder.write(bytes.subarray(0, -longestTrailer));
    decoder.end(bytes.subarray(-longestTrailer));
  });
}
