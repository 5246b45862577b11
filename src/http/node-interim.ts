import type { Socket } from "node:net";

/** Longer than any interim response: more of it without an end is left to the parser, which refuses it. */
const longest = 16 * 1024;

/**
 * Keeps interim responses (1xx) from undici's parser, which takes an unasked `100 Continue`, or any that wants another
 * protocol, for a broken response and drops the connection. RFC 9110, 15.2: a client must be able to read one or more
 * of them before the final response, and may ignore them all.
 *
 * @returns what announces that a response begins with the next byte
 */
export function skipInterimResponses(socket: Socket): () => void {
  const read = socket.read.bind(socket);
  let isHeadExpected = false;
  let held: Buffer = Buffer.alloc(0);

  socket.read = (size?: number) => {
    for (;;) {
      const chunk: Buffer | null = read(size);
      if (!isHeadExpected || chunk === null) return chunk;
      if (held.length === 0 && !mayBeInterim(chunk)) {
        isHeadExpected = false;
        return chunk;
      }
      held = withoutInterim(Buffer.concat([held, chunk]));
      if (isUndecided(held)) continue;
      isHeadExpected = false;
      const rest = held;
      held = Buffer.alloc(0);
      return rest;
    }
  };

  return () => {
    isHeadExpected = true;
  };
}

/** `HTTP/1.1 1`: of most responses, one byte says that they are final. */
function mayBeInterim(bytes: Buffer): boolean {
  const firstDigit = bytes["HTTP/1.1 ".length];
  return firstDigit === undefined || firstDigit === "1".charCodeAt(0);
}

const interim = /^HTTP\/1\.[01] 1\d\d[ \r]/;

function withoutInterim(bytes: Buffer): Buffer {
  let rest = bytes;
  while (interim.test(statusLineOf(rest))) {
    const end = rest.indexOf("\r\n\r\n");
    if (end === -1) break;
    rest = rest.subarray(end + 4);
  }
  return rest;
}

/** Whether these bytes may still turn out to be an interim response. */
function isUndecided(bytes: Buffer): boolean {
  const start = statusLineOf(bytes);
  if (start.length < "HTTP/1.1 100 ".length) return "HTTP/1.".startsWith(start.slice(0, 7));
  return interim.test(start) && bytes.length < longest;
}

function statusLineOf(bytes: Buffer): string {
  return bytes.toString("latin1", 0, "HTTP/1.1 100 ".length);
}
