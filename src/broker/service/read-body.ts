import { malformed, type Refused } from "./refusal.ts";

export type ReadBody = { kind: "body"; bytes: Uint8Array } | Refused;

/** Reads a body of at most so many bytes. A longer one is not read to its end. */
export function readBody(request: Request, maxBytes: number): ReadBody | Promise<ReadBody> {
  const { headers } = request;
  if (headers.has("content-encoding")) return malformed("Send the body without a content encoding.");
  const stated = headers.get("content-length");
  if (Number(stated ?? 0) > maxBytes) return tooLarge(maxBytes);
  // A server reads no more of a body than the length that it states.
  if (stated !== null && /^\d+$/.test(stated) && !headers.has("transfer-encoding"))
    return readAtOnce(request);
  return request.body ? readByPieces(request.body.getReader(), maxBytes) : body(new Uint8Array());
}

async function readAtOnce(request: Request): Promise<ReadBody> {
  try {
    return body(new Uint8Array(await request.arrayBuffer()));
  } catch {
    return incomplete();
  }
}

async function readByPieces(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const next = await reader.read().catch(() => undefined);
    if (!next) return incomplete();
    if (next.done) return body(joined(chunks, length));
    length += next.value.length;
    if (length > maxBytes) {
      // Nothing is awaited of a sender that goes on and on.
      reader.cancel().catch(() => {});
      return tooLarge(maxBytes);
    }
    chunks.push(next.value);
  }
}

function body(bytes: Uint8Array): ReadBody {
  return { kind: "body", bytes };
}

function tooLarge(maxBytes: number): Refused {
  return malformed(`The body is larger than ${maxBytes / 1024} KiB.`);
}

/** Reading fails where the sender goes away, or takes too long, before the body is complete. */
function incomplete(): Refused {
  return malformed("The body ended before it was complete.", { reason: "incomplete_body" });
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
