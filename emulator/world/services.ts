import type { Customer } from "./accounts.ts";
import type { Clock } from "./clock.ts";
import { newId } from "./random.ts";
import { Refusal } from "./refusal.ts";

/** What was uploaded for Compute. */
export type Package = {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** SHA-512 of the archive, and of the files in it, in the order of their names. */
  readonly hashsum: string;
  readonly filesHash: string;
  readonly createdAt: number;
};

export type Version = {
  readonly number: number;
  readonly createdAt: number;
  readonly domains: readonly string[];
  updatedAt: number;
  comment: string;
  active: boolean;
  locked: boolean;
  package: Package | null;
};

/** A Compute service. It starts with one version, which is active. */
export type Service = {
  readonly id: string;
  readonly customer: Customer;
  readonly name: string;
  readonly createdAt: number;
  readonly versions: Version[];
};

export type Services = ReturnType<typeof createServices>;

export function createServices(clock: Clock) {
  const byId = new Map<string, Service>();

  function firstVersion(id: string): Version {
    const now = clock();
    const domains = [`${id.toLowerCase()}.example.com`];
    return {
      number: 1,
      createdAt: now,
      updatedAt: now,
      domains,
      comment: "",
      active: true,
      locked: true,
      package: null,
    };
  }

  function create(customer: Customer, id: string): Service {
    const name = `Service ${customer.services.indexOf(id) + 1}`;
    const service = { id, customer, name, createdAt: clock(), versions: [firstVersion(id)] };
    byId.set(id, service);
    return service;
  }

  function find(customer: Customer, id: string): Service {
    if (!customer.services.includes(id)) throw new Refusal("not_found");
    return byId.get(id) ?? create(customer, id);
  }

  return {
    find,

    version({ versions }: Service, number: number): Version {
      const version = versions.find((known) => known.number === number);
      if (!version) throw new Refusal("not_found");
      return version;
    },

    /** Recorded: a clone keeps the time at which its original was created. */
    clone({ versions }: Service, { createdAt, domains, comment, package: uploaded }: Version): Version {
      const clone: Version = {
        number: versions.length + 1,
        createdAt,
        updatedAt: clock(),
        domains,
        comment,
        active: false,
        locked: false,
        package: uploaded,
      };
      versions.push(clone);
      return clone;
    },

    activate({ versions }: Service, version: Version): void {
      for (const other of versions) other.active = other === version;
      version.locked = true;
      version.updatedAt = clock();
    },

    upload(version: Version, uploaded: Omit<Package, "id" | "createdAt">): Package {
      if (version.locked) throw new Refusal("version_locked");
      version.package = { id: newId(), createdAt: clock(), ...uploaded };
      version.updatedAt = clock();
      return version.package;
    },

    /** Those that were ever looked at, for a test to see what was deployed. */
    all: () => [...byId.values()],
  };
}

/** The active version, or the latest where none is active. */
export function currentVersion({ versions }: Service): Version | undefined {
  return versions.find((version) => version.active) ?? versions.at(-1);
}
