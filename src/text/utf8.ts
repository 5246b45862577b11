type Decoder = { decode(bytes: Uint8Array): string };

// Some runtimes have these options and leave them out of their types.
const StrictDecoder = TextDecoder as unknown as new (
  encoding: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => Decoder;

const decoder = new StrictDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes bytes, a byte order mark included. @returns undefined for what is not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
