import { z } from "zod";
import { scopes } from "../../fastly/shapes.ts";
import { matchableClaims } from "./claims.ts";

/*
 * The shape of the configuration file. What takes more than one value stands in check-file.ts and check-rules.ts, and words for both are
 * found there and in words.ts: the shape stays free of them, so that the JSON Schema for editors comes out of it.
 */

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const variablePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

const id = z.string().regex(idPattern);
const url = z.string().min(1);

const secret = z
  .strictObject({
    env: z.string().regex(variablePattern).optional(),
    file: z.string().min(1).optional(),
  })
  .meta({
    description: "Where a secret is read from: an environment variable or a file.",
    minProperties: 1,
    maxProperties: 1,
  });

const user = z.strictObject({
  id,
  username: secret,
  password: secret,
  totp_secret: secret.optional(),
  max_live_tokens: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .meta({ description: "How many live tokens Fastly allows this user. Default: 100." }),
});

const text = z.string().min(1).max(1024);
const exact = z.union([text, z.array(text).min(1)]);
const digits = z.string().regex(/^[0-9]{1,20}$/);
const ids = z.union([digits, z.array(digits).min(1)]);
const glob = z.strictObject({
  glob: text.meta({ description: "* matches any characters except /; the whole ref must match." }),
});
const refItem = z.union([text, glob]);

const matchShape = {
  ...Object.fromEntries(matchableClaims.map((claim) => [claim, exact.optional()])),
  repository_owner_id: ids,
  repository_id: ids,
  event_name: exact,
  ref: z.union([refItem, z.array(refItem).min(1)]).optional(),
};

/** Custom properties have names of their own; `checks.ts` refuses every other name that is unknown. */
const match = z.object(matchShape).catchall(exact);

const grant = z.strictObject({
  scope: z.array(z.enum(scopes as [string, ...string[]])).min(1),
  services: z.union([z.literal("*"), z.array(z.string().regex(/^[A-Za-z0-9]{1,64}$/)).min(1)]),
  max_ttl: z.string().min(1).meta({ description: "From 1m to 24h, such as 10m or 1h30m." }),
  account_access: z.boolean().optional().meta({
    description: "Must be true for global and global:read: a list of services does not limit the account.",
  }),
  max_live: z.int().min(1).max(1_000_000).optional(),
  per_hour: z.int().min(1).max(1_000_000).optional(),
});

const rule = z.strictObject({ id, users: z.array(id).min(1), match, grant });

const issuer = z.strictObject({ issuer: url, jwks_uri: url, server: url });

export const fileSchema = z.strictObject({
  version: z.literal(1),
  audience: z.string().min(1).max(1024),
  issuers: z.array(issuer).min(1),
  fastly: z.strictObject({ api_url: url.optional(), users: z.array(user).min(1) }),
  webhook: z.strictObject({ secret }).optional(),
  store: z
    .union([z.string().min(1), secret])
    .optional()
    .meta({
      description: "memory (the default), a redis:// or rediss:// URL, or where such a URL is read from.",
    }),
  rules: z.array(rule).min(1),
});

export type ConfigurationFile = z.infer<typeof fileSchema>;
export type SecretReference = z.infer<typeof secret>;
export type UserInFile = z.infer<typeof user>;
export type RuleInFile = z.infer<typeof rule>;

/** A JSON Schema of the file, for editors. */
export function jsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(fileSchema, { target: "draft-7", io: "input" }) as Record<string, unknown>;
  return { title: "Configuration of the token broker", ...schema };
}
