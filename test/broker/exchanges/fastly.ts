import type { Fault } from "../../support/emulator.ts";
import { edit, respond } from "../../support/faults.ts";
import { exchange } from "../service/world.ts";
import type { Row } from "./row.ts";

type Case = { name: string; status: number; code: string; fault: Fault };

const cases: readonly Case[] = [
  {
    name: "refuses the scope",
    status: 502,
    code: "upstream_refused",
    fault: respond(400, { msg: "invalid_scope", detail: "refs/heads/main" }),
  },
  {
    name: "refuses with other words",
    status: 502,
    code: "upstream_refused",
    fault: respond(400, { msg: "refs/heads/main" }),
  },
  {
    name: "is down",
    status: 503,
    code: "upstream_unavailable",
    fault: respond(503, "<html>refs/heads/main</html>"),
  },
  {
    name: "limits the rate",
    status: 503,
    code: "no_room",
    fault: respond(429, { msg: "You have exceeded your hourly rate limit." }),
  },
  {
    name: "has no room",
    status: 503,
    code: "no_room",
    fault: respond(400, { msg: "Token limit reached: at most 100 tokens" }),
  },
  {
    name: "refuses the credentials",
    status: 502,
    code: "upstream_refused",
    fault: respond(400, { msg: "Incorrect username or password" }),
  },
  {
    name: "answers with another scope",
    status: 502,
    code: "upstream_refused",
    fault: edit({ set: { scope: "global" } }),
  },
  {
    name: "answers with every service",
    status: 502,
    code: "upstream_refused",
    fault: edit({ set: { services: [], service_id: null } }),
  },
  {
    name: "answers with no expiry",
    status: 502,
    code: "upstream_refused",
    fault: edit({ set: { expires_at: null } }),
  },
];

/** Each has a rule and a user of its own, since what Fastly says of a user holds for the requests after. */
export const upstreamRules: readonly string[] = cases.map((_, n) => `upstream-${n}`);

/** What is said where Fastly does not do what it is asked for. */
export const upstreamRefusals: readonly Row[] = cases.map(({ name, status, code, fault }, n) => ({
  name: `Fastly ${name}`,
  send: async (host, { world, job }) => {
    // Always: work in the background may come before the exchange.
    await world.fastly.inject("POST /tokens", fault, { times: "always" });
    try {
      return await exchange(host, job, { rule: `upstream-${n}` });
    } finally {
      await world.fastly.clearFaults();
    }
  },
  status,
  code,
}));
