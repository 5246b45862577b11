const { renameSync, rmdirSync } = require("node:fs");
const { isBuiltin } = require("node:module");
const { resolve } = require("node:path");
const { build } = require("esbuild");

/** Servers that tests start again and again, by the name of their bundle below `build/servers/`. */
const servers = {
  broker: "src/broker/main.ts",
  fastly: "emulator/main.ts",
  github: "emulator/github/main.ts",
};

/**
 * Servers that tests start are bundled once, and keep their compiled code below `build/`: that spares half of the
 * processor time that their start takes, and more. Some tests start the source as well, as a checkout does. The steps
 * of a job have nothing of all this: nothing of this environment reaches them.
 */
module.exports = async () => {
  process.env.NODE_COMPILE_CACHE ??= resolve("build/compile-cache");
  const own = `build/servers/${process.pid}`;
  await build({
    entryPoints: servers,
    outdir: own,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    plugins: [builtins],
    logLevel: "warning",
  });
  // Another run may be starting servers just now: each finds either whole file.
  for (const name of Object.keys(servers)) renameSync(`${own}/${name}.mjs`, `build/servers/${name}.mjs`);
  rmdirSync(own);
  process.env.BUNDLED_SERVERS = resolve("build/servers");
};

/** An `import` of `node:http` loads the whole of Node's own undici, for the sake of a name that nobody asks for. */
const builtins = {
  name: "builtins",
  setup({ onResolve, onLoad }) {
    const namespace = "builtin";
    onResolve({ filter: /.*/ }, ({ path }) => (isBuiltin(path) ? { path, namespace } : undefined));
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};
