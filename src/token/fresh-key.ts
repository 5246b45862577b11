import { asFastlyError, type FastlyApi } from "../fastly/index.ts";
import { waited } from "./waited.ts";

/** Waits before the same is asked again with a fresh key, in milliseconds. */
export const freshWaitsMs = [1_500, 2_000, 2_500];

/** Asks again where Fastly does not know the key: a fresh one may not be known everywhere for some seconds. */
export async function askWithFreshKey<T>(api: FastlyApi, ask: () => Promise<T>): Promise<T> {
  for (const waitMs of freshWaitsMs) {
    try {
      return await ask();
    } catch (caught) {
      const error = asFastlyError(caught);
      if (error.code !== "unauthorized" || !(await waited(api, waitMs))) throw error;
    }
  }
  return ask();
}
