import { runBroker } from "./node.ts";

process.exitCode = await runBroker(process.argv.slice(2));
