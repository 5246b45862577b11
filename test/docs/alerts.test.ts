import { readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import parse, { type MetricFamily } from "parse-prometheus-text-format";
import { parse as parseYaml } from "yaml";
import { errorCodes } from "../../src/broker/service/refusal.ts";
import { brokerFor, exchange, useWorld, webhookSecret } from "../broker/service/world.ts";
import { readPage, section, table } from "./markdown.ts";

/* The alerts as Prometheus's own grammar reads them, against the metrics that a broker writes. */

type Alert = { alert: string; expr: string; for?: string; annotations: { summary: string } };

const groups: { name: string; rules: Alert[] }[] = parseYaml(
  readFileSync("examples/broker/alerts.yml", "utf8"),
).groups;
const alerts = groups.flatMap(({ rules }) => rules);

const world = useWorld();
let families: Map<string, MetricFamily>;
let text = "";

/** Every metric with labels needs something to count before it shows them. */
beforeAll(async () => {
  const broker = await brokerFor(world, { users: [{ id: "ci-web", user: await world.fastly.addUser() }] });
  try {
    const job = await world.github.registerJob();
    await exchange(broker, job);
    await world.github.sendWebhook(`${broker.url}/v1/github/webhook`, {
      event: "workflow_job",
      job: job.id,
      secret: webhookSecret,
    });
    await broker.reload({});
    ({ text } = await broker.request("/metrics"));
  } finally {
    await broker.stop();
  }
  // The parser takes a histogram without labels alone, and only its name and type are needed.
  const withoutBuckets = text.split("\n").filter((line) => !/_(?:bucket|sum|count)\{/.test(line));
  families = new Map(parse(withoutBuckets.join("\n")).map((family) => [family.name, family]));
});

type Selector = { metric: string; labels: { name: string; op: string; value: string }[] };
type Query = { errors: number; selectors: Selector[]; grouping: string[] };

function readQuery(expr: string): Query {
  const query: Query = { errors: 0, selectors: [], grouping: [] };
  parser.parse(expr).iterate({
    enter: ({ type, from, to, node }) => {
      const own = expr.slice(from, to);
      if (type.isError) query.errors++;
      if (type.name === "Identifier" && node.parent?.name === "VectorSelector")
        query.selectors.push({ metric: own, labels: [] });
      if (type.name === "LabelName" && node.parent?.name === "GroupingLabels") query.grouping.push(own);
      const [, name = "", op = "", value = ""] = /^(\w+)([=!~]+)"(.*)"$/.exec(own) ?? [];
      if (type.name === "UnquotedLabelMatcher") query.selectors.at(-1)?.labels.push({ name, op, value });
    },
  });
  return query;
}

/** The labels of a metric's samples. */
function labelsOf(metric: string): string[] {
  const sample = text.split("\n").find((line) => line.startsWith(`${metric}{`)) ?? "";
  return [...sample.matchAll(/[{,](\w+)="/g)].map(([, label = ""]) => label);
}

const familyOf = (metric: string) => families.get(metric.replace(/_bucket$/, ""));

test.each(["sum(rate(a[5m])", "rate(a[5m]) >", "a b", 'a{b="c}', "rate(a[5 minutes])"])(
  "the parser finds what is wrong with %s",
  (expr) => {
    expect(readQuery(expr).errors).toBeGreaterThan(0);
  },
);

describe.each(alerts)("$alert", (alert) => {
  const { errors, selectors, grouping } = readQuery(alert.expr);

  test("has the shape of an alert, and an expression that parses", () => {
    expect(alert).toMatchObject({
      alert: expect.stringMatching(/^FastlyBroker\w+$/),
      labels: { severity: expect.stringMatching(/^(warning|critical)$/) },
      annotations: { summary: expect.stringMatching(/\.$/) },
    });
    expect(alert.for ?? "5m").toMatch(/^\d+m$/);
    expect(errors).toBe(0);
    expect(selectors.length).toBeGreaterThan(0);
  });

  test("names metrics and labels that a broker writes", () => {
    for (const { metric, labels } of selectors) {
      expect([metric, familyOf(metric)?.type]).toEqual([metric, expect.any(String)]);
      const asked = [...labels.map(({ name }) => name), ...grouping, ...labelsNamedIn(alert)];
      expect(labelsOf(metric)).toEqual(expect.arrayContaining(asked));
    }
  });

  test("takes counters by their rate or their increase, and buckets by their quantile", () => {
    for (const { metric } of selectors) {
      const { type } = familyOf(metric) ?? {};
      if (type === "COUNTER") expect(alert.expr).toMatch(new RegExp(`(?:rate|increase)\\(${metric}`));
      if (type === "HISTOGRAM") expect(alert.expr).toContain("histogram_quantile(");
    }
  });

  test("asks for error codes that there are", () => {
    const codes = selectors
      .flatMap(({ labels }) => labels)
      .filter(({ name }) => name === "error_code")
      .flatMap(({ value }) => value.split("|"));
    expect(Object.keys(errorCodes)).toEqual(expect.arrayContaining(codes));
  });
});

function labelsNamedIn({ annotations }: Alert): string[] {
  return [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label);
}

test("each metric that operate.md says to alert on has an alert, and each alert stands there", () => {
  const advised = table(section(readPage("docs/broker/operate.md"), "## Metrics"))
    .filter(([, advice]) => advice !== "for graphs")
    .flatMap(([cell = ""]) => cell.match(/\bfastly_broker_\w+/g) ?? []);
  const used = alerts.flatMap(({ expr }) => readQuery(expr).selectors).map(({ metric }) => metric);
  expect([...new Set(used.map((name) => name.replace(/_bucket$/, "")))].toSorted()).toEqual(
    advised.toSorted(),
  );
});
