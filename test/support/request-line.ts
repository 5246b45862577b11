import type { JournalEntry } from "./emulator.ts";

type Request = Pick<JournalEntry, "method" | "path" | "status">;

/** A request as tests compare it, such as `POST /tokens 200`; `-` where no complete response left. */
export function requestLine({ method, path, status }: Request): string {
  return `${method} ${path} ${status ?? "-"}`;
}
