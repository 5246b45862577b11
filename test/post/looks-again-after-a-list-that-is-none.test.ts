import { useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { cut, respond } from "../support/faults.ts";

const action = useAction();

const lists: [what: string, fault: Fault][] = [
  ["an empty object", respond(200, {})],
  ["a list in an envelope", respond(200, { data: [] })],
  ["a number", respond(200, "7", { contentType: "application/json" })],
  ["a login page", respond(200, "<html>Sign in</html>")],
  ["null", respond(200, "null", { contentType: "application/json" })],
  [
    "403, as of a key that is not known everywhere yet",
    respond(403, { msg: "Provided credentials are missing or invalid" }),
  ],
  ["404 of Fastly's", respond(404, { msg: "Record not found" })],
];

test.each(lists)(
  "%s in the place of the list, once: the lost token is found all the same",
  async (_, fault) => {
    await action.emulator.inject("POST /tokens", cut("after"));
    const job = await action.job();
    await job.run("main");
    await action.emulator.inject("GET /tokens", fault);
    const post = await job.run("post");
    expect(post).toMatchObject({ conclusion: "success", annotations: [] });
    expect(await job.alive()).toBe(0);
  },
);
