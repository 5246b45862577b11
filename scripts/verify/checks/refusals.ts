import { randomBytes } from "node:crypto";
import type { Answer } from "../probe.ts";
import type { Made, Run } from "../run.ts";
import { judged, notChecked, type Verdict } from "../verdict.ts";
import { type Check, isRefusal, judgedRefusal, textOf } from "./check.ts";

/** Of the form of Fastly's IDs, and of no token. */
const noTokensId = "0000000000000000000000";

export const keys: Check = {
  names: ["key-missing", "key-unknown", "id-unknown"],
  check: async (run) => {
    const { key } = run.needSession();
    const unknown = randomBytes(16).toString("hex");
    const read = await run.ask({ method: "GET", path: `/tokens/${noTokensId}`, key });
    const revoke = await run.ask({ method: "DELETE", path: `/tokens/${noTokensId}`, key });
    return {
      "key-missing": judgedRefusal(await run.ask({ method: "GET", path: "/tokens/self" }), 401),
      "key-unknown": judgedRefusal(
        await run.ask({ method: "GET", path: "/tokens/self", key: unknown }),
        401,
        403,
      ),
      "id-unknown": judged(
        [read, revoke].every(({ error }) => error?.code === "not-found"),
        `read: ${read.saw}; revoke: ${revoke.saw}`,
      ),
    };
  },
};

export const refusedCreates: Check = {
  names: ["scope-invalid", "expiry-malformed", "expiry-past"],
  check: async (run) => ({
    "scope-invalid": await refusedAs(run, { scope: "no-such-scope" }, "invalid-scope"),
    "expiry-malformed": await refusedAs(
      run,
      { scope: "purge_select", expiresAt: "tomorrow" },
      "invalid-expiry",
    ),
    "expiry-past": await pastExpiry(run),
  }),
};

async function refusedAs(run: Run, order: Parameters<Run["create"]>[0], code: string): Promise<Verdict> {
  const { answer } = await run.create(order);
  return judged(answer.error?.code === code, answer.saw);
}

/** Either it is refused, or what is made is dead. */
async function pastExpiry(run: Run): Promise<Verdict> {
  const { answer, token } = await run.create({ scope: "purge_select", lifetimeMs: -3_600_000 });
  if (!token) return judged(answer.error?.code === "invalid-expiry", answer.saw);
  const own = await run.ask({ method: "GET", path: "/tokens/self", key: token.key });
  if (own.error?.code === "expired-key") run.ended(token);
  return judged(isRefusal(own, 401, 403), `a token was made; it answers ${own.saw}`);
}

export const bulk: Check = {
  names: ["bulk-all-or-none", "bulk-revokes", "bulk-counts-once"],
  check: async (run) => {
    const { key } = run.needSession();
    const tokens = [
      await run.needToken({ scope: "purge_select" }),
      await run.needToken({ scope: "purge_select" }),
    ] as const;
    const refused = await revokeInBulk(run, key, [tokens[0].id, noTokensId]);
    const isAlive = (await run.ask({ method: "GET", path: `/tokens/${tokens[0].id}`, key })).status === 200;
    const revoked = await revokeInBulk(run, key, isAlive ? tokens.map(({ id }) => id) : [tokens[1].id]);
    const left = await stillThere(run, key, tokens);
    if (revoked.status === 204 && left === 0) run.ended(...tokens);
    return {
      "bulk-all-or-none": judged(
        refused.status >= 400 && isAlive,
        `${refused.saw}; the other token ${isAlive ? "lived on" : "was gone"}`,
      ),
      "bulk-revokes": judged(
        revoked.status === 204 && left === 0,
        `${revoked.saw}; ${left} of 2 tokens left`,
      ),
      "bulk-counts-once": countedOnce(refused, revoked),
    };
  },
};

function revokeInBulk(run: Run, key: string, ids: readonly string[]): Promise<Answer> {
  const text = JSON.stringify({ data: ids.map((id) => ({ type: "token", id })) });
  const body = { type: "application/vnd.api+json; ext=bulk", text };
  return run.ask({ method: "DELETE", path: "/tokens", key, body });
}

async function stillThere(run: Run, key: string, tokens: readonly Made[]): Promise<number> {
  let left = 0;
  for (const { id } of tokens)
    if ((await run.ask({ method: "GET", path: `/tokens/${id}`, key })).status === 200) left++;
  return left;
}

function countedOnce(before: Answer, after: Answer): Verdict {
  const [had, has] = [before, after].map(({ headers }) => Number(headers["fastly-ratelimit-remaining"]));
  if (had === undefined || has === undefined || Number.isNaN(had - has))
    return notChecked("the responses do not say what is left of the limit");
  const used = had - has;
  return judged(used === 1, `it used up ${used}; other work of the same user counts too`);
}

/** Long enough for Fastly to take it for a time to come. */
const shortLifeMs = 8_000;

/** A token that expires while the other checks are made. */
export async function startExpiring(run: Run): Promise<() => Promise<Verdict>> {
  const { answer, token } = await run.create({ scope: "purge_select", lifetimeMs: shortLifeMs });
  const expiresAt = Date.parse(textOf(answer.json, "expires_at") ?? "");
  return async () => {
    if (!token) return notChecked(`a token for ${shortLifeMs / 1000} seconds was refused (${answer.saw})`);
    const leftMs = expiresAt - run.now();
    if (!(leftMs < 60_000)) return notChecked("the token got a longer life than it was asked for");
    await run.wait(Math.max(0, leftMs) + 2_000);
    const expired = await run.ask({ method: "DELETE", path: "/tokens/self", key: token.key });
    if (expired.status === 204 || expired.error?.code === "expired-key") run.ended(token);
    return judged(expired.error?.code === "expired-key", expired.saw);
  };
}
