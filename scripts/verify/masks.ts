import { maskableForms } from "../../src/text/secret-forms.ts";

/** What must not stand in a report. */
export interface Masks {
  /** @param what what is written in its place, such as `user ID` */
  add(value: unknown, what: string): void;
  strike(text: string): string;
}

export function createMasks(): Masks {
  const masks = new Map<string, string>();
  return {
    add: (value, what) => {
      if (typeof value !== "string") return;
      for (const form of maskableForms(value)) if (!masks.has(form)) masks.set(form, `(${what})`);
    },
    // The longest first: a shorter one may be a part of it.
    strike: (text) =>
      [...masks]
        .sort(([a], [b]) => b.length - a.length)
        .reduce((rest, [form, shown]) => rest.replaceAll(form, shown), text),
  };
}
