import { globSync } from "node:fs";
import { basename, resolve } from "node:path";
import { openFetchTransport } from "../../src/http/fetch.ts";
import { speakOver } from "./client.ts";

/** What says more of undici's connections than of the client. */
const others = ["over-fetch.test.ts", "keeps-its-connection.test.ts", "gives-up-in-time.test.ts"];

speakOver(openFetchTransport);

const files = globSync("test/client/*.test.ts").filter((path) => !others.includes(basename(path)));

// Each file registers its tests, and what comes before and after them, where it is loaded.
describe.each(files.sort())("%s", (path) => {
  require(resolve(path));
});
