import { defaultSettings } from "../../emulator/world/settings.ts";
import { type Emulator, startEmulator } from "../support/emulator.ts";
import { type Elsewhere, openElsewhere } from "./elsewhere.ts";
import { openRelay, type Relay } from "./relay.ts";

/** Where one row at a time is played: faults, and the clock, are an emulator's as a whole. */
export type Worker = { emulator: Emulator; relay: Relay; elsewhere: Elsewhere };

export async function openWorker(): Promise<Worker> {
  const emulator = await startEmulator();
  return { emulator, relay: await openRelay(emulator.url), elsewhere: await openElsewhere() };
}

/** Takes back whatever the row before has changed. */
export async function clearWorker({ emulator, relay }: Worker): Promise<void> {
  await relay.open();
  await emulator.clearFaults();
  await emulator.settings(defaultSettings);
}

export async function closeWorker({ emulator, relay, elsewhere }: Worker): Promise<void> {
  elsewhere.close();
  await relay.close();
  await emulator.stop();
}
