import { listOf, outcome, ownRepository, useSweep } from "./sweep.ts";

const sweep = useSweep();

test("a superuser sweeps the tokens of all of the customer's users, and of nobody else", async () => {
  const superuser = await sweep.superuser();
  const colleague = await sweep.action.user({ customer: superuser.customerId });
  const stranger = await sweep.action.user();
  sweep.github.know({ repository: ownRepository, runId: 100, status: "completed" });
  const ids = await sweep.leave({ user: superuser }, { user: colleague });
  const others = await sweep.leave({ user: stranger });
  const step = await sweep.run(superuser, { "customer-id": superuser.customerId });
  expect(outcome(step)).toMatchObject({ conclusion: "success", swept: 2, kept: 0, failed: 0 });
  expect(listOf(step.outputs["token-ids"]).toSorted()).toEqual(ids.toSorted());
  expect(step.requests).toEqual([
    "POST /tokens 200",
    `GET /customer/${superuser.customerId}/tokens 200`,
    "DELETE /tokens 204",
    "DELETE /tokens/self 204",
  ]);
  expect(await sweep.live(stranger)).toEqual(others);
});

test("another customer's, or without being a superuser: refused, nothing is swept, the helper is gone", async () => {
  const superuser = await sweep.superuser();
  const colleague = await sweep.action.user({ customer: superuser.customerId });
  const stranger = await sweep.superuser();
  const ids = await sweep.leave({ user: superuser });
  for (const user of [colleague, stranger]) {
    const step = await sweep.run(user, { "customer-id": superuser.customerId });
    expect(step.conclusion).toBe("failure");
    expect(step.errors).toEqual([expect.stringMatching(/Nothing was swept\..*HTTP 403/)]);
    expect(await sweep.live(user)).toEqual([]);
  }
  expect(await sweep.live(superuser)).toEqual(ids);
});
