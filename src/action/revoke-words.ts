import type { Revocation } from "../token/revoke-in-bulk.ts";
import { explain } from "./words.ts";

/** What became of a token that was named by its ID. */
export function revocation({ id, result }: Revocation): { level: "info" | "problem"; text: string } {
  switch (result.kind) {
    case "revoked":
      return { level: "info", text: `Revoked Fastly token ${id}.` };
    case "already-gone":
      return { level: "info", text: `Fastly token ${id} is gone: it had expired or been revoked already.` };
    case "failed":
      return { level: "problem", text: `Fastly token ${id} was not revoked. ${explain(result.error)}` };
  }
}
