import { gzipSync } from "node:zlib";

const blockSize = 512;

/** The smallest package that Fastly's command line deploys: a manifest, and a WebAssembly module that does nothing. */
export function computePackage(name: string): Buffer {
  const manifest = `manifest_version = 3\nname = "${name}"\nlanguage = "other"\n`;
  const emptyModule = Buffer.from("\0asm\x01\0\0\0", "latin1");
  return gzipSync(
    Buffer.concat([
      ...file(`${name}/fastly.toml`, Buffer.from(manifest)),
      ...file(`${name}/bin/main.wasm`, emptyModule),
      Buffer.alloc(2 * blockSize),
    ]),
  );
}

/** A file in a tar archive (ustar): its header, and its content up to the end of a block. */
function file(path: string, content: Buffer): Buffer[] {
  const header = Buffer.alloc(blockSize);
  header.write(path, 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write("ustar\x0000", 257);
  header.write("0", 156);
  // The checksum counts its own field as spaces.
  header.write(" ".repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)} `, 148);
  return [header, content, Buffer.alloc((blockSize - (content.length % blockSize)) % blockSize)];
}

/** So many bytes: digits, and a zero byte at the end. */
function octal(value: number, bytes: number): string {
  return `${value.toString(8).padStart(bytes - 1, "0")}\0`;
}
