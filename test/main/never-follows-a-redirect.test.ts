import { messagesOf, useAction } from "../support/action.ts";
import { startElsewhere } from "../support/elsewhere.ts";
import { respond } from "../support/faults.ts";

const action = useAction();

test.each([302, 307])("%d: nothing is asked elsewhere", async (status) => {
  const elsewhere = await startElsewhere();
  const location = `${elsewhere.url}/tokens`;
  await action.emulator.inject("POST /tokens", respond(status, "", { headers: { location } }), {
    times: "always",
  });
  await action.emulator.inject("DELETE /tokens/self", respond(status, "", { headers: { location } }), {
    times: "always",
  });

  const job = await action.job({ inputs: { timeout: "2s" } });
  const main = await job.run("main");
  expect(messagesOf(main, "error").join()).toContain("Redirects are not followed");
  await job.run("post");
  expect(elsewhere.hits).toBe(0);
  elsewhere.close();
});
