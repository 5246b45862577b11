import { SecretStore } from "fastly:secret-store";
import type { SecretReference } from "../config/schema.ts";

export interface Secrets {
  /** @returns an empty text where the file refers to no secret */
  read(reference: SecretReference | undefined): Promise<string>;
}

/** Secrets of Fastly's Secret Store. What the file calls `env` is the name of an entry. */
export function openSecrets(name: string): Secrets {
  let opened: SecretStore | undefined;
  return {
    read: async (reference) => {
      if (reference === undefined) return "";
      opened ??= new SecretStore(name);
      const entry = await opened.get(reference.env ?? "");
      if (!entry) throw new MissingSecret(`the Secret Store ${name} has no entry ${reference.env}`);
      return entry.plaintext().replace(/\r?\n$/, "");
    },
  };
}

/** Its message names the entry: it may be shown to whoever runs the broker. */
export class MissingSecret extends Error {
  override readonly name = "MissingSecret";
}
