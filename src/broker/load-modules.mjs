/*
 * node --import ./src/broker/load-modules.mjs src/broker/main.ts
 *
 * Runs the broker from its sources: they are modules, although the package, whose bundles are not, does not say so.
 */
import { registerHooks } from "node:module";

const sources = new URL("..", import.meta.url).href;

registerHooks({
  load: (url, context, nextLoad) => {
    const isSource = url.startsWith(sources) && url.endsWith(".ts");
    return nextLoad(url, isSource ? { ...context, format: "module-typescript" } : context);
  },
});
