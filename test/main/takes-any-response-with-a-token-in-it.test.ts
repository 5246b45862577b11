import { messagesOf, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { edit, encode, inform, respond } from "../support/faults.ts";

const action = useAction();

const create = "POST /tokens";
const services = Array.from({ length: 4_000 }, (_, index) => `service${index}`.padEnd(22, "x"));

const fine: [what: string, fault: Fault][] = [
  ["201", edit({ status: 201 })],
  ["202", edit({ status: 202 })],
  ["203", edit({ status: 203 })],
  ["a byte-order mark", edit({ prefix: "\ufeff" })],
  ["white space around it", edit({ prefix: "\r\n ", suffix: "\n\n" })],
  ["another content type", edit({ headers: { "content-type": "text/html" } })],
  ["no customer_id", edit({ drop: ["customer_id"] })],
  ["a blank customer_id", edit({ set: { customer_id: "" } })],
  ["no user_id", edit({ drop: ["user_id", "updated_at", "service_id"] })],
  ["a user_id that is a number", edit({ set: { user_id: 12_345, customer_id: 678, last_used_at: "never" } })],
  ["no name", edit({ drop: ["name"] })],
  ["more than 64 KiB", edit({ set: { more: services } })],
  ["gzip", encode("gzip")],
  ["plain text that is called gzip", edit({ headers: { "content-encoding": "gzip" } })],
  ["a character set in place of an encoding", edit({ headers: { "content-encoding": "utf-8" } })],
  ["100 Continue", inform(100)],
  ["two informational answers", inform(103, 100)],
];

test.each(fine)("%s: one request, and the job has its token", async (_, fault) => {
  await action.emulator.inject(create, fault);
  const { job, conclusion, outputs } = await action.main();
  expect(conclusion).toBe("success");
  expect(await job.requests()).toHaveLength(1);
  expect(outputs.token).toHaveLength(32);
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});

const rejected: [what: string, fault: Fault][] = [
  ["no id", edit({ drop: ["id"] })],
  ["no created_at", edit({ status: 201, drop: ["created_at"] })],
  ["a malformed name", edit({ set: { name: 7 } })],
  ["a body that is no JSON", edit({ suffix: "}}" })],
  ["wider services", edit({ set: { services: null } })],
];

test.each(rejected)("%s: the token is masked, and revoked with itself", async (_, fault) => {
  await action.emulator.inject(create, fault);
  const { job, conclusion, masks, outputs } = await action.main();
  expect(conclusion).toBe("failure");
  expect(outputs).toEqual({});
  const [token] = (await action.emulator.tokens()).filter(({ user_id }) => user_id === job.user.userId);
  expect(token?.state).toBe("revoked");
  expect(masks.some((mask) => mask.length === 32)).toBe(true);
  expect(await job.requests()).toEqual([expect.stringMatching(/^POST/), "DELETE /tokens/self 204"]);
});

test("an answer of that kind twice is not asked for a third time", async () => {
  const fault = respond(200, "<html></html>", { when: "after" });
  await action.emulator.inject(create, fault, { times: "always" });
  const { job, ...main } = await action.main();
  expect(messagesOf(main, "error").join()).toContain("This job got no Fastly token");
  expect(await job.requests()).toHaveLength(2);
  await action.emulator.clearFaults();
  expect(await job.run("post")).toMatchObject({ conclusion: "success", annotations: [] });
  expect(await job.alive()).toBe(0);
});
