import { type Encoding, encodings } from "../faults/encoding.ts";
import type { RefusalField } from "./refusal.ts";

/** What a test may change while the emulator runs. */
export type Settings = {
  /** Live tokens a user may have. */
  tokenLimit: number;
  /** Writes a user may make within one hour of the clock. */
  hourlyWriteLimit: number;
  /** Wrong passwords in a row that lock an account. */
  lockAfter: number;
  /** What a revoked token meets: Fastly's documentation leaves both open. */
  revokedStatus: 401 | 403;
  /** What a key that no token ever had meets. */
  unknownKeyStatus: 401 | 403;
  /** What a token meets that asks for a service it does not cover. */
  uncoveredServiceStatus: 403 | 404;
  /** Where a refused `POST /tokens` names its code. */
  refusalField: RefusalField;
  /** Whether responses about tokens hold `customer_id`. */
  customerIdInResponses: boolean;
  /** How far the emulator's clock is ahead of this machine's. */
  clockOffsetMs: number;
  /** How long a key may create tokens after `POST /sudo`. */
  sudoSeconds: number;
  /** Tokens that one bulk request may revoke. */
  bulkMaximum: number | null;
  /** Responds with 403 to a live token that asks to revoke itself, and leaves it alive. */
  selfRevokeForbidden: boolean;
  /** Bytes after which a new token's name is cut, in silence; null leaves it whole. */
  nameLimit: number | null;
  /** Encodes bodies as the request accepts, always in one way, or never. */
  contentEncoding: "accepted" | Encoding | null;
  /** Fills the list of services in each response about a token up to so many, with IDs that nobody asked for. */
  servicesInResponses: number;
  /** How long the key of a token created from now on is refused, as if it were not known everywhere yet. */
  keyLagMs: number;
  /** How long a token created from now on is missing from lists and not found by its ID. */
  listLagMs: number;
};

export const defaultSettings: Settings = {
  tokenLimit: 100,
  hourlyWriteLimit: 1000,
  lockAfter: 5,
  revokedStatus: 401,
  unknownKeyStatus: 403,
  uncoveredServiceStatus: 403,
  refusalField: "msg",
  customerIdInResponses: true,
  clockOffsetMs: 0,
  sudoSeconds: 300,
  bulkMaximum: null,
  selfRevokeForbidden: false,
  nameLimit: null,
  contentEncoding: "accepted",
  servicesInResponses: 0,
  keyLagMs: 0,
  listLagMs: 0,
};

const count = { type: "integer", minimum: 0 };

export const settingsSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    tokenLimit: count,
    hourlyWriteLimit: count,
    lockAfter: count,
    revokedStatus: { enum: [401, 403] },
    unknownKeyStatus: { enum: [401, 403] },
    uncoveredServiceStatus: { enum: [403, 404] },
    refusalField: { enum: ["msg", "code", "both"] },
    customerIdInResponses: { type: "boolean" },
    clockOffsetMs: { type: "integer" },
    sudoSeconds: count,
    bulkMaximum: { type: ["integer", "null"], minimum: 0 },
    selfRevokeForbidden: { type: "boolean" },
    nameLimit: { type: ["integer", "null"], minimum: 1 },
    contentEncoding: { enum: ["accepted", null, ...encodings] },
    servicesInResponses: count,
    keyLagMs: count,
    listLagMs: count,
  },
};
