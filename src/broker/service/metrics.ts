import type { UserState } from "../users/users.ts";

/** What the service counts. Whoever hosts it decides in what form. */
export interface Metrics {
  decided(endpoint: string, decision: string, errorCode: string, rule: string, seconds: number): void;
  responded(path: string, status: number): void;
  minted(user: string, rule: string): void;
  ended(how: "end" | "webhook" | "settled", status: string): void;
  webhook(event: string, outcome: string): void;
  reloaded(ok: boolean): void;
  auditFailed(): void;
  faulted(): void;
  /** Writes all of it, with the present state of users and of the queue. Missing where nobody can ask for it. */
  render?(state: MetricsState): Promise<{ contentType: string; text: string }>;
}

export interface MetricsState {
  users: readonly UserState[];
  queueLength: number;
  policyHash: string;
  inFlight: number;
}
