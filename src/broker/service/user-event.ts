import { isLeft } from "../../token/token-status.ts";
import type { UserEvent } from "../users/users.ts";
import type { AuditRecord } from "./audit.ts";

/** What the audit states of an event that no request stands behind. */
export function userEventRecord(event: UserEvent, requestId: string): Omit<AuditRecord, "time"> {
  const { user } = event;
  const base = { request_id: requestId, user };
  switch (event.kind) {
    case "out":
      return { ...base, event: "user", decision: "failed", reason: "credentials_refused" };
    case "leftover-ended":
      return {
        ...base,
        event: "user",
        decision: "done",
        reason: "leftover_session_keys",
        ended: event.tokens,
      };
    case "settled": {
      const { name, tokenId, status } = event;
      const decision = isLeft(status) ? "failed" : "done";
      return { ...base, event: "settle", decision, token_id: tokenId, token_name: name, reason: status.kind };
    }
  }
}
