import type { Generation } from "./service.ts";

/** The configuration in use, and those before it that requests still end with. */
export interface Generations {
  readonly current: Generation;
  /** How many requests are under way. */
  readonly inFlight: number;
  /** Begins a request, which ends with the generation it began with. */
  begin(): Generation;
  end(generation: Generation): void;
  /** Goes on with another. */
  use(next: Generation): void;
  /** Resolves once no request is under way. */
  idle(): Promise<void>;
}

/** @param retire called for each generation that is neither in use nor needed any more */
export function keepGenerations(first: Generation, retire: (generation: Generation) => void): Generations {
  const inUse = new Map<Generation, number>([[first, 0]]);
  let current = first;
  let inFlight = 0;
  let onIdle = () => {};

  function retireIfUnused(generation: Generation): void {
    if (generation === current || inUse.get(generation) !== 0) return;
    inUse.delete(generation);
    retire(generation);
  }

  return {
    get current() {
      return current;
    },
    get inFlight() {
      return inFlight;
    },
    begin: () => {
      inFlight++;
      inUse.set(current, (inUse.get(current) ?? 0) + 1);
      return current;
    },
    end: (generation) => {
      inFlight--;
      inUse.set(generation, (inUse.get(generation) ?? 1) - 1);
      retireIfUnused(generation);
      if (inFlight === 0) onIdle();
    },
    use: (next) => {
      const old = current;
      current = next;
      inUse.set(next, 0);
      retireIfUnused(old);
    },
    idle: async () => {
      if (inFlight === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    },
  };
}
