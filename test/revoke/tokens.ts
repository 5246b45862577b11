import { randomBytes } from "node:crypto";
import type { Emulator } from "../support/emulator.ts";

/** Live tokens of a user, and nobody's job; answers their IDs. */
export async function addTokens(emulator: Emulator, userId: string, count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, (_, at) => ({ user: userId, name: `token ${at}` }));
  return (await emulator.addTokens(tokens)).map(({ id }) => id);
}

/** An ID as Fastly writes them, of no token. */
export function unknownId(): string {
  return randomBytes(11).toString("hex");
}
