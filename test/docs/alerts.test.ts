import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { table } from "./markdown.ts";

type Alert = { alert: string; expr: string; for?: string; annotations: { summary: string } };

const groups: { name: string; rules: Alert[] }[] = parse(
  readFileSync("examples/broker/alerts.yml", "utf8"),
).groups;
const alerts = groups.flatMap(({ rules }) => rules);
const names = metricsIn(readFileSync("src/broker/node-metrics.ts", "utf8"));

function metricsIn(text: string): string[] {
  return text.match(/\bfastly_broker_\w*[a-z]/g) ?? [];
}

test.each(alerts)("$alert: has the shape of an alert, and names metrics that there are", (alert) => {
  expect(alert).toMatchObject({
    alert: expect.stringMatching(/^FastlyBroker\w+$/),
    labels: { severity: expect.stringMatching(/^(warning|critical)$/) },
    annotations: { summary: expect.stringMatching(/\.$/) },
  });
  expect(alert.for ?? "5m").toMatch(/^\d+m$/);
  const used = metricsIn(alert.expr).map((name) => name.replace(/_bucket$/, ""));
  expect(used.length).toBeGreaterThan(0);
  expect(names).toEqual(expect.arrayContaining(used));
});

test("each metric that operate.md says to alert on has an alert", () => {
  const [, section = ""] = readFileSync("docs/broker/operate.md", "utf8").split("\n## Metrics\n");
  const advised = table(section)
    .filter(([, advice]) => advice !== "for graphs")
    .flatMap(([cell = ""]) => metricsIn(cell));
  expect(advised.length).toBeGreaterThan(5);
  const used = alerts.flatMap(({ expr }) => metricsIn(expr)).map((name) => name.replace(/_bucket$/, ""));
  expect(used).toEqual(expect.arrayContaining(advised));
});
