import type { Clock } from "../../fastly/index.ts";
import { type AuditSink, auditLine, type WriteAudit } from "./audit.ts";
import type { Metrics } from "./metrics.ts";

export interface AuditSinkPorts {
  writeAudit: WriteAudit;
  /** Of the configuration in use. */
  policyHash: () => string;
  metrics: Metrics;
  clock: Clock;
  newId: () => string;
}

/** Writes records as lines, and counts those that could not be written: the next line that can is followed by their number. */
export function auditSink({ writeAudit, policyHash, metrics, clock, newId }: AuditSinkPorts): AuditSink {
  let lost = 0;

  async function reportLost(): Promise<void> {
    const count = lost;
    lost = 0;
    const time = new Date(clock.now()).toISOString();
    const record = { time, request_id: newId(), event: "audit", decision: "failed", lost: count } as const;
    await writeAudit(auditLine(record, policyHash())).catch(() => {
      lost += count;
    });
  }

  return async (record) => {
    try {
      await writeAudit(auditLine(record, policyHash()));
    } catch (error) {
      lost++;
      metrics.auditFailed();
      throw error;
    }
    if (lost > 0) await reportLost();
  };
}
