import { malformed, type Refused } from "./refusal.ts";

/** Reads a body of at most so many bytes. A longer one is not read to its end. */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<{ kind: "body"; bytes: Uint8Array } | Refused> {
  if (request.headers.has("content-encoding")) return malformed("Send the body without a content encoding.");
  const tooLarge = malformed(`The body is larger than ${maxBytes / 1024} KiB.`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return tooLarge;
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (reader) {
    // Reading fails where the sender goes away, or takes too long, before the body is complete.
    const next = await reader.read().catch(() => undefined);
    if (!next) return malformed("The body ended before it was complete.", { reason: "incomplete_body" });
    if (next.done) break;
    length += next.value.length;
    if (length > maxBytes) {
      // Nothing is awaited of a sender that goes on and on.
      reader.cancel().catch(() => {});
      return tooLarge;
    }
    chunks.push(next.value);
  }
  return { kind: "body", bytes: joined(chunks, length) };
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
