import { asFastlyError, type FastlyApi, type FastlyErrorCode } from "../fastly/index.ts";
import { waited } from "./waited.ts";

/** Waits before the same is asked again with a fresh key, in milliseconds. */
const waitsMs = [1_500, 2_000, 2_500];

/**
 * Asks again where Fastly does not know the key: a fresh one may not be known everywhere for some seconds.
 *
 * @param tooEarly the errors that may mean this: an unknown key may get 403 as well (assumed: key-revoked)
 */
export async function askWithFreshKey<T>(
  api: FastlyApi,
  ask: () => Promise<T>,
  tooEarly: readonly FastlyErrorCode[] = ["unauthorized"],
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await ask();
    } catch (caught) {
      const error = asFastlyError(caught);
      if (!tooEarly.includes(error.code) || !(await waited(api, waitMs))) throw error;
    }
  }
  return ask();
}
