import { cp } from "node:fs/promises";
import { join } from "node:path";

/** Lays out in a directory what of this repository a workflow uses. */
export async function makeCheckout(directory: string): Promise<void> {
  for (const path of ["action.yml", "dist", "revoke/action.yml", "sweep/action.yml", "test/e2e/actions"]) {
    await cp(path, join(directory, path), { recursive: true });
  }
}
