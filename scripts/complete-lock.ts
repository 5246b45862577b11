/*
 * node scripts/complete-lock.ts
 *
 * A registry that mirrors only the packages of its own platform makes npm leave those of other platforms out of
 * the lockfile, and `npm ci` then refuses it everywhere. This names them again, at the exact version that their
 * dependents ask for. Needed after `npm install` behind such a registry; does nothing elsewhere.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface Locked {
  optionalDependencies?: Record<string, string>;
}

const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const added = Object.entries(lock.packages).flatMap(([dependent, { optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies).flatMap(([name, version]) =>
    add(dependent, name, version.replace(/^=/, "")),
  ),
);
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")),
);
if (added.length > 0) writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} packages of other platforms named`);

function add(dependent: string, name: string, version: string): string[] {
  const isKnown = [`${dependent}/node_modules/${name}`, `node_modules/${name}`].some(
    (path) => path in lock.packages,
  );
  const os = /android|darwin|win32|linux|freebsd|openharmony/.exec(name)?.[0];
  const cpu = /-(arm64|x64|x32|ia32|ppc64|s390x|riscv64|loong64|arm)\b/.exec(name)?.[1];
  if (isKnown || !os || !cpu || !/^\d+\.\d+\.\d+$/.test(version)) return [];
  const libc = /-(musl|gnu)/.exec(name)?.[1];
  lock.packages[`node_modules/${name}`] = {
    version,
    cpu: [cpu === "x32" ? "ia32" : cpu],
    dev: true,
    ...(os === "linux" && libc ? { libc: [libc === "gnu" ? "glibc" : "musl"] } : {}),
    optional: true,
    os: [os],
  } as Locked;
  return [name];
}
