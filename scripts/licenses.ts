import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A module, or a group of them, in ncc's statistics. */
export type Module = { name?: string; modules?: Module[] };

/** The directories of the npm packages whose code a bundle holds, from ncc's statistics. */
export function bundledPackages(stats: Module): string[] {
  const inner = (stats.modules ?? []).flatMap((module) => bundledPackages(module));
  const [, own] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(stats.name ?? "") ?? [];
  return [...new Set(own === undefined ? inner : [own, ...inner])].sort();
}

/** One text with the licence of each package. (ncc's own keeps only the last chunk's.) */
export async function licenseTexts(directories: readonly string[]): Promise<string> {
  const texts = directories.map(async (directory) => {
    const { name, version, license } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
    const file = (await readdir(directory)).find((file) => /^licen[cs]e/iu.test(file));
    if (file === undefined) throw new Error(`${name} ships no licence.`);
    const text = await readFile(join(directory, file), "utf8");
    return `--- ${name} ${version} (${license}) ---\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n");
}
