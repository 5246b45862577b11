import { defaultSettings } from "../../emulator/world/settings.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { type Elsewhere, openElsewhere } from "./elsewhere.ts";
import { type Gate, openGate } from "./gate.ts";

/** Where one row at a time is played: faults, and the clock, are an emulator's as a whole. */
export type Lane = { emulator: Emulator; gate: Gate; elsewhere: Elsewhere };

export async function openLane(): Promise<Lane> {
  const emulator = await startEmulator();
  return { emulator, gate: await openGate(emulator.url), elsewhere: await openElsewhere() };
}

/** Takes back whatever the row before has changed. */
export async function clearLane({ emulator, gate }: Lane): Promise<void> {
  await gate.open();
  await emulator.clearFaults();
  await emulator.settings(defaultSettings);
}

export async function closeLane({ emulator, gate, elsewhere }: Lane): Promise<void> {
  elsewhere.close();
  await gate.close();
  await emulator.stop();
}
