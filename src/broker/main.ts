import { namesCommand } from "./cli/index.ts";
import { runBroker } from "./node.ts";
import { runCommandOnNode } from "./node-cli.ts";

const args = process.argv.slice(2);
process.exitCode = await (namesCommand(args) ? runCommandOnNode(args) : runBroker(args));
