import type { Clock } from "../../fastly/index.ts";
import type { Signal } from "../../http/signal.ts";
import type { Configuration } from "../config/configuration.ts";
import type { IsSignedBy, IssuerKeys } from "../identity/index.ts";
import type { Store } from "../store/store.ts";
import type { Users } from "../users/users.ts";
import type { AuditRecord, AuditSink, OpenRecord } from "./audit.ts";
import type { Metrics } from "./metrics.ts";
import type { MintsUnderWay } from "./mints-under-way.ts";
import type { Refusal } from "./refusal.ts";

/** What belongs to one loaded configuration. A request ends with the one it began with. */
export interface Generation {
  readonly config: Pick<Configuration, "hash" | "audience" | "issuers" | "rules" | "webhookSecret">;
  readonly users: Users;
}

/** What every endpoint needs, handed in. */
export interface Service {
  clock: Clock;
  keys: IssuerKeys;
  isSignedBy?: IsSignedBy | undefined;
  store: Store;
  metrics: Metrics;
  audit: AuditSink;
  mints: MintsUnderWay;
  /** Draws 20 hexadecimal digits. */
  newNonce: () => string;
  sha256: (text: string) => string | Promise<string>;
  /** Called with each mistake in the program. */
  onFault: (error: unknown) => void;
  /** Work that goes on after the response to its request, and is waited for at the end. */
  inBackground: (work: Promise<unknown>) => void;
}

/** Who sent a request. */
export interface Sender {
  ip: string;
  /** Aborts where they are gone. */
  signal: Signal;
}

/** One request, and what its audit line will say. */
export interface Exchange extends Sender {
  request: Request;
  id: string;
  startedAt: number;
  record: OpenRecord;
  /** Ends what was made, where it cannot be handed over after all. */
  undo?: () => Promise<void>;
}

/** How an endpoint handles a request. Its audit line is written before the response leaves. */
export type Reply =
  | { kind: "refused"; refusal: Refusal }
  | { kind: "answered"; decision: AuditRecord["decision"]; status: number; body: unknown };

export type Endpoint = (exchange: Exchange, generation: Generation, service: Service) => Promise<Reply>;
