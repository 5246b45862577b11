import { createSignal } from "../http/create-signal.ts";
import type { Signal } from "../http/signal.ts";
import { type AddressLimit, addressLimit } from "./service/address-limit.ts";
import { type AuditRecord, AuditUnavailable, type WriteAudit } from "./service/audit.ts";
import { auditSink } from "./service/audit-sink.ts";
import { keepGenerations } from "./service/generations.ts";
import { mintsUnderWay } from "./service/mints-under-way.ts";
import { createRespond } from "./service/respond.ts";
import { createRoutes, pathOf } from "./service/routes.ts";
import type { Generation, Service } from "./service/service.ts";
import { userEventRecord } from "./service/user-event.ts";
import { StoreUnavailable } from "./store/store.ts";
import type { UserEvent } from "./users/users.ts";

/** What the broker needs from its host. */
export interface BrokerPorts extends Omit<Service, "audit" | "mints" | "inBackground"> {
  /** In this process, unless another is handed in. */
  limit?: AddressLimit;
  writeAudit: WriteAudit;
  newId: () => string;
  name: string;
  version: string;
}

export interface Broker {
  /**
   * Responds to one request.
   *
   * @param ip the address of whoever sent it
   * @param signal aborts where they are gone, on a host that knows
   */
  handle(request: Request, ip: string, signal?: Signal): Promise<Response>;
  /** Goes on with another configuration; what is under way ends with the one it began with. */
  use(generation: Generation): void;
  audit(record: Omit<AuditRecord, "time">): void;
  /** Notes what became of a user, or of a token that nobody got. */
  heard(event: UserEvent): void;
  /** Takes no new work, finishes what is under way, and ends every session key. */
  close(): Promise<void>;
}

export function createBroker(first: Generation, ports: BrokerPorts): Broker {
  const { clock, metrics, newId, name, version } = ports;
  const background = new Set<Promise<unknown>>();
  const generations = keepGenerations(first, ({ users }) => inBackground(users.close()));
  let closing = false;

  const policyHash = () => generations.current.config.hash;
  const audit = auditSink({ ...ports, policyHash });
  const service: Service = { ...ports, onFault, audit, mints: mintsUnderWay(clock), inBackground };
  const limit = ports.limit ?? addressLimit(clock);
  const respondPorts = { service, generations, limit, newId, isClosing: () => closing };
  const app = createRoutes({ ...respondPorts, respond: createRespond(respondPorts), name, version });

  /** An error that an unreachable store or audit log causes is not a bug. */
  function onFault(error: unknown): void {
    if (!(error instanceof StoreUnavailable || error instanceof AuditUnavailable)) ports.onFault(error);
  }

  function inBackground(work: Promise<unknown>): void {
    const watched = work.catch(onFault).finally(() => background.delete(watched));
    background.add(watched);
  }

  function write(record: Omit<AuditRecord, "time">): void {
    inBackground(audit({ ...record, time: new Date(clock.now()).toISOString() }));
  }

  return {
    handle: async (request, ip, signal = createSignal().signal) => {
      const response = await app.fetch(request, { ip, signal });
      metrics.responded(pathOf(request.url), response.status);
      return response;
    },
    use: generations.use,
    audit: write,
    heard: (event) => {
      if (event.kind === "settled") metrics.ended("settled", event.status.kind);
      write(userEventRecord(event, newId()));
    },
    close: async () => {
      closing = true;
      await generations.idle();
      while (background.size > 0) await Promise.all([...background]);
      await generations.current.users.close();
    },
  };
}
