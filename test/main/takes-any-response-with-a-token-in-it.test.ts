import { told, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";

const action = useAction();

const create = { method: "POST", path: "/tokens" };
const services = Array.from({ length: 4_000 }, (_, index) => `service${index}`.padEnd(22, "x"));

const fine: [what: string, fault: Fault][] = [
  ["201", { kind: "edit", status: 201 }],
  ["202", { kind: "edit", status: 202 }],
  ["203", { kind: "edit", status: 203 }],
  ["a byte-order mark", { kind: "edit", prefix: "\ufeff" }],
  ["white space around it", { kind: "edit", prefix: "\r\n ", suffix: "\n\n" }],
  ["another content type", { kind: "edit", headers: { "content-type": "text/html" } }],
  ["no customer_id", { kind: "edit", drop: ["customer_id"] }],
  ["a blank customer_id", { kind: "edit", set: { customer_id: "" } }],
  ["no user_id", { kind: "edit", drop: ["user_id", "updated_at", "service_id"] }],
  ["more than 64 KiB", { kind: "edit", set: { more: services } }],
  ["gzip", { kind: "encode", encoding: "gzip" }],
  ["100 Continue", { kind: "informational", statuses: [100] }],
  ["two informational answers", { kind: "informational", statuses: [103, 100] }],
];

test.each(fine)("%s: one request, and the job has its token", async (_, fault) => {
  await action.emulator.fault({ match: create, times: 1, fault });
  const { job, conclusion, outputs } = await action.main();
  expect(conclusion).toBe("success");
  expect(await job.requests()).toHaveLength(1);
  expect(outputs.token).toHaveLength(32);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

const rejected: [what: string, fault: Fault][] = [
  ["no id", { kind: "edit", drop: ["id"] }],
  ["no created_at", { kind: "edit", status: 201, drop: ["created_at"] }],
  ["an odd name", { kind: "edit", set: { name: 7 } }],
  ["a body that is no JSON", { kind: "edit", suffix: "}}" }],
  ["wider services", { kind: "edit", set: { services: null } }],
];

test.each(rejected)("%s: the token is masked, and revoked with itself", async (_, fault) => {
  await action.emulator.fault({ match: create, times: 1, fault });
  const { job, conclusion, masks, outputs } = await action.main();
  expect(conclusion).toBe("failure");
  expect(outputs).toEqual({});
  const [token] = (await action.emulator.tokens()).filter(({ user_id }) => user_id === job.user.userId);
  expect(token?.state).toBe("revoked");
  expect(masks.some((mask) => mask.length === 32)).toBe(true);
  expect(await job.requests()).toEqual([expect.stringMatching(/^POST/), "DELETE /tokens/self 204"]);
});

test("an answer of that kind twice is not asked for a third time", async () => {
  const fault = { kind: "answer", when: "after", status: 200, body: "<html></html>" } as const;
  await action.emulator.fault({ match: create, times: "always", fault });
  const { job, ...main } = await action.main();
  expect(told(main, "error").join()).toContain("This job got no Fastly token");
  expect(await job.requests()).toHaveLength(2);
  await action.emulator.clearFaults();
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});
