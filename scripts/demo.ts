/*
 * node scripts/demo.ts [--broker] [--action PATH]
 *
 * One job, step by step: the built action creates a token, Fastly's own command line deploys a Compute package with it,
 * post revokes it. Ends with an error as soon as anything is not as announced.
 *
 * With FASTLY_USERNAME, FASTLY_PASSWORD, FASTLY_SERVICE_ID and FASTLY_PACKAGE set it uses Fastly's real API, and does
 * deploy that package to that service. FASTLY_TOTP_SECRET and FASTLY_OTHER_SERVICE_ID may be set too.
 *
 * With --broker: three jobs of a repository that holds no secret, and a token broker, between emulators of GitHub and
 * Fastly. One job gets a token, one is refused, and one loses its machine.
 */
import { parseArgs } from "node:util";
import { playBroker } from "./demo/broker.ts";
import { playJob } from "./demo/job.ts";

const { action, broker } = parseArgs({
  options: { action: { type: "string", default: "action.yml" }, broker: { type: "boolean", default: false } },
}).values;
await (broker ? playBroker(action) : playJob(action));
