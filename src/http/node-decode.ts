import * as zlib from "node:zlib";
import { decodeUtf8 } from "../text/utf8.ts";
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
    const { body, end } = decoder ? await run(decoder, decoded.body, maxBytes) : notDecoded;
    if (end === "broken" && isText(decoded.body)) continue;
    const kept = end === "broken" && body.length === 0 ? decoded.body : body;
    decoded = { body: kept, end: decoded.end === "whole" ? end : decoded.end };
  }
  return decoded;
}

const notDecoded: Decoded = { body: new Uint8Array(), end: "broken" };

/**
 * What is not encoded at all, whatever its head says, is left as it came: a proxy that decodes may leave the header
 * behind, and some servers name a character set in it.
 */
function isText(bytes: Uint8Array): boolean {
  return decodeUtf8(bytes) !== undefined;
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
