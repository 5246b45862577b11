import type { FaultRule, Settings } from "../support/emulator.ts";
import { cut, late, respond } from "../support/faults.ts";
import type { Stage } from "../support/runner.ts";

/** What is out of the ordinary in a job, beside the fault that its row is about. */
export type Circumstance =
  | "wrong password"
  | "two-factor authentication"
  | "server's clock behind"
  | "create's answer lost"
  | "create carried out late"
  | "names cut to 128 bytes"
  | "post's revoke forbidden"
  | "token not known yet"
  | "revoke by ID forbidden"
  | "post at once"
  | "revoking oneself forbidden"
  | "revoked tokens answer 403"
  | "revoke is false";

type Effect = {
  settings?: Partial<Settings>;
  inputs?: Record<string, string>;
  rules?: Partial<Record<Stage, FaultRule>>;
};

const unknownToken = '{"msg":"Provided credentials are missing or invalid"}';

/** How each comes about. Credentials are the setup's: they differ from row to row. */
export const effects: Readonly<Record<Circumstance, Effect>> = {
  "wrong password": {},
  // Each one-time password works once, so that a second request may wait for half a minute.
  "two-factor authentication": { inputs: { timeout: "80s" } },
  // The first token then lives far too long: main revokes it and creates another by the server's clock.
  "server's clock behind": { settings: { clockOffsetMs: -600_000 } },
  "create's answer lost": {
    rules: {
      main: {
        match: { method: "POST", path: "/tokens" },
        times: 1,
        fault: cut("after"),
      },
    },
  },
  "create carried out late": {
    rules: {
      main: {
        match: { method: "POST", path: "/tokens" },
        times: 1,
        fault: late(3_000, "cut"),
      },
    },
  },
  "names cut to 128 bytes": { settings: { nameLimit: 128 } },
  "token not known yet": {
    rules: {
      post: {
        match: { method: "DELETE", path: "/tokens/self" },
        times: 1,
        fault: respond(401, unknownToken),
      },
    },
  },
  "revoke by ID forbidden": {
    rules: {
      post: {
        match: { method: "DELETE", path: "/tokens/:id" },
        times: 1,
        fault: respond(403, { msg: "Forbidden" }),
      },
    },
  },
  "post at once": {},
  "post's revoke forbidden": {
    rules: {
      post: {
        match: { method: "DELETE", path: "/tokens/self" },
        times: 1,
        fault: respond(403, { msg: "Forbidden" }),
      },
    },
  },
  "revoking oneself forbidden": { settings: { selfRevokeForbidden: true } },
  "revoked tokens answer 403": { settings: { revokedStatus: 403 } },
  "revoke is false": { inputs: { revoke: "false" } },
};
