import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics } from "./service/metrics.ts";
import { errorCodes } from "./service/refusal.ts";

const paths: ReadonlySet<string> = new Set([
  "/v1/token",
  "/v1/end",
  "/v1/explain",
  "/v1/github/webhook",
  "/v1/version",
  "/healthz",
  "/readyz",
  "/metrics",
]);

/**
 * Counts for Prometheus. Labels have few values: none is what a sender wrote.
 *
 * Long, because it is the list of all metrics.
 */
export function prometheusMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "fastly_broker_" });

  const responses = new Counter({
    name: "fastly_broker_http_responses_total",
    help: "HTTP responses, by path and status.",
    labelNames: ["path", "status"],
    registers,
  });
  const decisions = new Counter({
    name: "fastly_broker_decisions_total",
    help: "Decisions, by endpoint, decision, error code and rule.",
    labelNames: ["endpoint", "decision", "error_code", "rule"],
    registers,
  });
  const durations = new Histogram({
    name: "fastly_broker_decision_seconds",
    help: "Time from a request's arrival to its decision, by endpoint and decision.",
    labelNames: ["endpoint", "decision"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45],
    registers,
  });
  const minted = new Counter({
    name: "fastly_broker_tokens_minted_total",
    help: "Tokens created, by Fastly user and rule.",
    labelNames: ["user", "rule"],
    registers,
  });
  const ended = new Counter({
    name: "fastly_broker_tokens_ended_total",
    help: "Tokens that the broker was to end, by what asked for it and by outcome.",
    labelNames: ["how", "status"],
    registers,
  });
  const webhooks = new Counter({
    name: "fastly_broker_webhooks_total",
    help: "Webhooks whose signature was verified, by event and outcome.",
    labelNames: ["event", "outcome"],
    registers,
  });
  const reloads = new Counter({
    name: "fastly_broker_reloads_total",
    help: "Reloads of the configuration, by result.",
    labelNames: ["result"],
    registers,
  });
  const auditFailures = new Counter({
    name: "fastly_broker_audit_failures_total",
    help: "Audit lines that could not be written. A request is then refused.",
    registers,
  });
  const faults = new Counter({
    name: "fastly_broker_faults_total",
    help: "Internal errors of the broker.",
    registers,
  });
  const userOut = new Gauge({
    name: "fastly_broker_user_out",
    help: "1 for a Fastly user whose credentials were refused: it creates no tokens until the configuration is loaded again.",
    labelNames: ["user"],
    registers,
  });
  const userResting = new Gauge({
    name: "fastly_broker_user_resting",
    help: "1 for a Fastly user that creates no tokens for now, because Fastly's responses to its password are not valid.",
    labelNames: ["user"],
    registers,
  });
  const userLive = new Gauge({
    name: "fastly_broker_user_live_tokens",
    help: "Live tokens that a Fastly user is known to have.",
    labelNames: ["user"],
    registers,
  });
  const userLimit = new Gauge({
    name: "fastly_broker_user_token_limit",
    help: "Live tokens of jobs that a Fastly user may have.",
    labelNames: ["user"],
    registers,
  });
  const queue = new Gauge({
    name: "fastly_broker_queue_length",
    help: "Requests that are waiting for a Fastly user to have room.",
    registers,
  });
  const inFlight = new Gauge({
    name: "fastly_broker_requests_in_flight",
    help: "Requests in progress.",
    registers,
  });
  const info = new Gauge({
    name: "fastly_broker_info",
    help: "Always 1; the labels state the version and the SHA-256 of the loaded configuration.",
    labelNames: ["version", "policy_hash"],
    registers,
  });

  // What alerts compare with its value of before has to be there before it first counts.
  for (const status of ["unknown", "still-alive"]) ended.inc({ how: "settled", status }, 0);
  for (const event of ["workflow_job", "workflow_run"]) webhooks.inc({ event, outcome: "left" }, 0);
  reloads.inc({ result: "refused" }, 0);

  return {
    decided: (endpoint, decision, errorCode, rule, seconds) => {
      decisions.inc({ endpoint, decision, error_code: isKnown(errorCode) ? errorCode : "", rule });
      durations.observe({ endpoint, decision }, seconds);
    },
    responded: (path, status) => responses.inc({ path: paths.has(path) ? path : "other", status }),
    minted: (user, rule) => minted.inc({ user, rule }),
    ended: (how, status) => ended.inc({ how, status }),
    webhook: (event, outcome) => {
      const known = event === "workflow_job" || event === "workflow_run";
      webhooks.inc({ event: known ? event : "other", outcome });
    },
    reloaded: (ok) => reloads.inc({ result: ok ? "loaded" : "refused" }),
    auditFailed: () => auditFailures.inc(),
    faulted: () => faults.inc(),
    render: async (state) => {
      for (const gauge of [userOut, userResting, userLive, userLimit, info]) gauge.reset();
      for (const { id: user, out, resting, live, limit } of state.users) {
        userOut.set({ user }, out ? 1 : 0);
        userResting.set({ user }, resting ? 1 : 0);
        userLive.set({ user }, live);
        userLimit.set({ user }, limit);
      }
      queue.set(state.queueLength);
      inFlight.set(state.inFlight);
      info.set({ version, policy_hash: state.policyHash }, 1);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function isKnown(errorCode: string): boolean {
  return Object.hasOwn(errorCodes, errorCode);
}
