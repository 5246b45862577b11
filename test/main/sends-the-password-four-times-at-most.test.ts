import { machineClock, useAction } from "../support/action.ts";
import type { Fault } from "../support/emulator.ts";
import { cut, respond, truncate } from "../support/faults.ts";

const action = useAction();

const answer = (status: number, body: string, headers: Record<string, string> = {}): Fault =>
  respond(status, body, { headers });

const html = "<html><body>Sorry</body></html>";
const prose = (msg: string) => answer(400, JSON.stringify({ msg }));

const faults: [what: string, fault: Fault, most: number][] = [
  ["a limit of failed authentications", prose("You have exceeded the limit of failed authentications"), 1],
  ["tries used", prose("5 of a maximum of 6 tries used"), 1],
  ["single sign-on", prose("User is limited to SSO"), 1],
  ["an expired password", prose("Your password has expired"), 1],
  ["words of somebody else", prose("Bad credentials"), 1],
  ["a limit that may be of tokens", prose("The maximum of tokens is reached"), 4],
  ["no words", answer(400, ""), 4],
  ["no words that are Fastly's", answer(400, '{"error":"invalid_grant"}'), 4],
  ["a bare 429", answer(429, ""), 4],
  ["a 429 of Fastly's", answer(429, '{"msg":"slow down"}'), 4],
  ["a 401 in HTML", answer(401, html), 4],
  ["a 403 in HTML", answer(403, html), 4],
  ["a 503", answer(503, html), 4],
  ["a login page", answer(200, html), 4],
  ["a redirect", answer(302, "", { Location: "/login" }), 4],
  ["a cut", cut("before"), 4],
  ["half an answer", truncate(), 4],
];

async function sends(fault: Fault, password?: string): Promise<number> {
  const before = (await action.emulator.requests()).length;
  await action.emulator.inject("POST /tokens", fault, { times: "always" });
  const inputs = { timeout: "4s", ...(password === undefined ? {} : { password }) };
  // A clock that is notably off is no reason to ask again.
  const job = await action.job({ inputs, env: machineClock(60_000) });
  await job.run("main");
  await job.run("post");
  const requests = (await action.emulator.requests()).slice(before);
  return requests.filter(({ method, path }) => method === "POST" && path === "/tokens").length;
}

test.each(faults)("a wrong password, and always %s", async (_, fault, most) => {
  const sent = await sends(fault, "wrong");
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThanOrEqual(most);
});

test.each(faults.filter(([, { kind }]) => kind !== "truncate"))(
  "the right password, and always %s",
  async (_, fault, most) => expect(await sends(fault)).toBeLessThanOrEqual(most),
);

test("a refusal after a lost answer is the last word, in post as well", async () => {
  await action.emulator.inject("POST /tokens", cut("before"));
  const refusal = respond(401, { msg: "Provided credentials are missing or invalid" });
  await action.emulator.inject("POST /tokens", refusal, { times: "always" });
  const job = await action.job({ inputs: { timeout: "4s" } });
  expect((await job.run("main")).conclusion).toBe("failure");
  await job.run("post");
  expect(await job.requests()).toEqual(["POST /tokens -", "POST /tokens 401"]);
});
