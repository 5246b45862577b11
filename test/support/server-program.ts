import { join } from "node:path";

/** Servers that jest's global set-up bundles, by their bundle's name. */
const sources = {
  broker: "src/broker/main.ts",
  fastly: "emulator/main.ts",
  github: "emulator/github/main.ts",
};

/** What Node runs as a server: its bundle, or its source where nothing was bundled, as in a demo or a benchmark. */
export function serverProgram(name: keyof typeof sources): string {
  const { BUNDLED_SERVERS } = process.env;
  return BUNDLED_SERVERS === undefined ? sources[name] : join(BUNDLED_SERVERS, `${name}.mjs`);
}
