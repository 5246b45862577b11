import type { FastifyInstance } from "fastify";
import { readToken } from "../fastly/responses.ts";
import type { User } from "../world/accounts.ts";
import { parseTimestamp, timestamp } from "../world/clock.ts";
import { type NewToken, type Scope, scopes, type Token, type TokenState } from "../world/tokens.ts";
import type { World } from "../world/world.ts";
import { BadControl } from "./bad-control.ts";

/** A token to add as it is, past the limit. Times are as the API writes them; `user` is an ID. */
export type TokenToAdd = {
  name?: string;
  scope?: string;
  services?: string[];
  created_at?: string;
  expires_at?: string | null;
  user?: string;
};

export type AddedToken = { id: string; access_token: string };

export type TokenReport = ReturnType<typeof readToken> & {
  state: TokenState;
  revoked_at: string | null;
  automation: boolean;
};

/** Every token there ever was, or every one of the user asked about; and the most that each user, by ID, had alive at once. */
export type TokensReport = { tokens: TokenReport[]; peakLive: Record<string, number> };

const tokensQuerySchema = {
  type: "object",
  additionalProperties: false,
  properties: { user: { type: "string" } },
};

const tokensToAddSchema = {
  type: "array",
  items: {
    type: "object",
    additionalProperties: false,
    properties: {
      name: { type: "string" },
      scope: { type: "string" },
      services: { type: "array", items: { type: "string" } },
      created_at: { type: "string" },
      expires_at: { type: "string", nullable: true },
      user: { type: "string" },
    },
  },
};

export function tokenControls(control: FastifyInstance, { accounts, tokens }: World): void {
  function userOf(id: string | undefined): User {
    const user = id === undefined ? accounts.firstUser() : accounts.user(id);
    if (!user) throw new BadControl(`no user ${id}`);
    return user;
  }

  function newToken(token: TokenToAdd): NewToken {
    return {
      user: userOf(token.user),
      name: token.name,
      scopes: (token.scope ?? "global").split(" ").map(knownScope),
      services: token.services ?? [],
      ...(token.created_at === undefined ? {} : { createdAt: readTime(token.created_at) }),
      expiresAt: token.expires_at == null ? null : readTime(token.expires_at),
    };
  }

  function report(token: Token): TokenReport {
    const revokedAt = token.revokedAt === null ? null : timestamp(token.revokedAt);
    return {
      ...readToken(token),
      state: tokens.state(token),
      revoked_at: revokedAt,
      automation: token.automation !== null,
    };
  }

  control.get<{ Querystring: { user?: string } }>(
    "/tokens",
    { schema: { querystring: tokensQuerySchema } },
    ({ query }, reply) => {
      const asked = tokens.all().filter(({ user }) => query.user === undefined || user.id === query.user);
      const response: TokensReport = { tokens: asked.map(report), peakLive: tokens.peakLive() };
      reply.send(response);
    },
  );

  control.post<{ Body: TokenToAdd[] }>(
    "/tokens",
    { schema: { body: tokensToAddSchema }, bodyLimit: 32 * 1024 * 1024 },
    (request, reply) => {
      const added = tokens.addMany(request.body.map(newToken));
      const response: AddedToken[] = added.map(({ id, accessToken }) => ({ id, access_token: accessToken }));
      reply.send(response);
    },
  );
}

function knownScope(word: string): Scope {
  const scope = scopes.find((known) => known === word);
  if (!scope) throw new BadControl(`no scope ${word}`);
  return scope;
}

function readTime(text: string): number {
  const time = parseTimestamp(text);
  if (time === undefined) throw new BadControl(`no time in UTC: ${text}`);
  return time;
}
