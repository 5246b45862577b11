import { readFileSync } from "node:fs";
import parse, { type MetricFamily } from "parse-prometheus-text-format";
import type { RunningBroker } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import { brokerFor, exchange, useWorld, webhookSecret } from "./world.ts";

/* /metrics as a parser reads it that others wrote. */

const world = useWorld();
let broker: RunningBroker;
let user: AddedUser;

beforeAll(async () => {
  user = await world.fastly.addUser();
  broker = await brokerFor(world, { users: [{ id: "ci-web", user, maxLive: 50 }] });
});
afterAll(() => broker.stop());

async function families(): Promise<Map<string, MetricFamily>> {
  const { status, headers, text } = await broker.request("/metrics");
  expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  return new Map(parse(text).map((family) => [family.name, family]));
}

/** The value of a metric with exactly these labels. */
async function readingOf(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const { metrics = [] } = (await families()).get(name) ?? {};
  const sample = metrics.find((one) => {
    const own = one.labels ?? {};
    return (
      Object.keys(own).length === Object.keys(labels).length &&
      Object.entries(labels).every(([label, value]) => own[label] === value)
    );
  });
  return sample?.value === undefined ? undefined : Number(sample.value);
}

test("each metric that the documentation names is there, with help and a type, and none besides", async () => {
  const documented = new Set(readFileSync("docs/broker/operate.md", "utf8").match(/fastly_broker_\w+/g));
  const found = await families();
  const ours = [...found.keys()].filter((name) => !/^fastly_broker_(?:process|nodejs)_/.test(name));
  expect(ours.toSorted()).toEqual([...documented].toSorted());
  for (const name of ours) {
    const { help, type = "" } = found.get(name) ?? {};
    expect(help).not.toBe("");
    expect([name, type === "COUNTER"]).toEqual([name, name.endsWith("_total")]);
  }
});

test("what an alert compares with its earlier value is there before it first counts", async () => {
  for (const status of ["unknown", "still-alive"])
    expect(await readingOf("fastly_broker_tokens_ended_total", { how: "settled", status })).toBe(0);
  for (const event of ["workflow_job", "workflow_run"])
    expect(await readingOf("fastly_broker_webhooks_total", { event, outcome: "left" })).toBe(0);
  expect(await readingOf("fastly_broker_reloads_total", { result: "refused" })).toBe(0);
});

test("what happened is counted", async () => {
  const job = await world.github.registerJob();
  const granted = { endpoint: "token", decision: "granted", error_code: "", rule: "web-purge" };
  const names: [string, Record<string, string>, number][] = [
    ["fastly_broker_decisions_total", granted, 1],
    ["fastly_broker_decisions_total", { ...granted, decision: "refused", error_code: "claim_mismatch" }, 1],
    ["fastly_broker_tokens_minted_total", { user: "ci-web", rule: "web-purge" }, 1],
    ["fastly_broker_http_responses_total", { path: "/v1/token", status: "200" }, 1],
    ["fastly_broker_http_responses_total", { path: "/v1/token", status: "403" }, 1],
    ["fastly_broker_http_responses_total", { path: "other", status: "404" }, 1],
    ["fastly_broker_webhooks_total", { event: "workflow_job", outcome: "done" }, 1],
    ["fastly_broker_tokens_ended_total", { how: "webhook", status: "revoked" }, 1],
  ];
  const read = () => Promise.all(names.map(([name, labels]) => readingOf(name, labels)));
  const before = await read();
  await exchange(broker, job);
  await exchange(broker, await world.github.registerJob({ ref: "refs/heads/feature" }));
  await broker.request("/no-such-path");
  await world.github.sendWebhook(`${broker.url}/v1/github/webhook`, {
    event: "workflow_job",
    job: job.id,
    secret: webhookSecret,
  });
  expect(await read()).toEqual(names.map(([, , more], n) => (before[n] ?? 0) + more));
  expect(await readingOf("fastly_broker_faults_total")).toBe(0);
  expect(await readingOf("fastly_broker_user_out", { user: "ci-web" })).toBe(0);
  // One place is kept for the broker's own key.
  expect(await readingOf("fastly_broker_user_token_limit", { user: "ci-web" })).toBe(49);
});

test("times are a histogram: each bucket holds those before it, and the last one holds all", async () => {
  await exchange(broker, await world.github.registerJob());
  const { text } = await broker.request("/metrics");
  // The parser takes a histogram of one set of labels alone.
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith("#") || /endpoint="token",decision="granted"/.test(line));
  const found = new Map(parse(lines.join("\n")).map((family) => [family.name, family]));
  const { type, metrics = [] } = found.get("fastly_broker_decision_seconds") ?? {};
  const bound = (text: string) => (text === "+Inf" ? Number.POSITIVE_INFINITY : Number(text));
  const buckets = Object.entries(metrics[0]?.buckets ?? {}).toSorted(([a], [b]) => bound(a) - bound(b));
  expect([type, metrics.length, buckets.at(-1)?.[0]]).toEqual(["HISTOGRAM", 1, "+Inf"]);
  const sizes = buckets.map(([, size]) => Number(size));
  expect(sizes.length).toBeGreaterThan(5);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(String(sizes.at(-1))).toBe(found.get("fastly_broker_decisions_total")?.metrics[0]?.value);
});

test("no label holds what a sender wrote", async () => {
  const mark = "hostile\"}\\n{x='1'}";
  const job = await world.github.registerJob({ ref: `refs/heads/${mark}`, job: mark });
  await exchange(broker, job, { rule: mark, label: mark, job: mark });
  await broker.request(`/${encodeURIComponent(mark)}`);
  await broker.request("/v1/token", { method: "POST", body: mark, headers: { "x-github-event": mark } });
  const { text } = await broker.request("/metrics");
  expect(text).not.toContain("hostile");
  expect(parse(text).length).toBeGreaterThan(10);
});
