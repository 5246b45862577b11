import type { FaultRule, Settings } from "../support/emulator.ts";
import type { Stage } from "../support/runner.ts";

/** What is out of the ordinary in a job, beside the fault that its row is about. */
export type Circumstance =
  | "wrong password"
  | "two-factor authentication"
  | "server's clock behind"
  | "create's answer lost"
  | "post's revoke forbidden"
  | "revoking oneself forbidden"
  | "revoked tokens answer 403"
  | "revoke is false";

type Effect = {
  settings?: Partial<Settings>;
  inputs?: Record<string, string>;
  rules?: Partial<Record<Stage, FaultRule>>;
};

/** How each comes about. Credentials are the scene's: they differ from row to row. */
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
        fault: { kind: "cut", when: "after" },
      },
    },
  },
  "post's revoke forbidden": {
    rules: {
      post: {
        match: { method: "DELETE", path: "/tokens/self" },
        times: 1,
        fault: { kind: "answer", when: "before", status: 403, body: '{"msg":"Forbidden"}' },
      },
    },
  },
  "revoking oneself forbidden": { settings: { selfRevokeForbidden: true } },
  "revoked tokens answer 403": { settings: { revokedStatus: 403 } },
  "revoke is false": { inputs: { revoke: "false" } },
};
