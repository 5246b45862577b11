import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { startEmulator } from "../support/emulator.ts";
import { ask } from "./api.ts";

test("SIGTERM ends it with connections open and a request never answered", async () => {
  const emulator = await startEmulator();
  const { hostname, port } = new URL(emulator.url);
  const idle = connect(Number(port), hostname).on("error", () => {});
  await once(idle, "connect");
  const idleClosed = once(idle, "close");
  await emulator.fault({
    match: { method: "GET", path: "/tokens" },
    times: 1,
    fault: { kind: "stall", when: "before" },
  });
  const stalled = ask(emulator, "GET", "/tokens", { key: emulator.apiKey }).then(
    () => "answered",
    () => "cut",
  );
  await emulator.nextRequest({ path: "/tokens", phase: "received" });

  await emulator.stop();
  expect(await stalled).toBe("cut");
  await idleClosed;
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends it as a success", async (signal) => {
  const child = spawn(process.execPath, ["emulator/main.ts", "--json"]);
  await once(createInterface(child.stdout), "line");
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("SIGTERM to npm ends the emulator that npm runs", async () => {
  const npm = spawn("npm", ["run", "--silent", "emulator", "--", "--port", "0", "--json"], {
    detached: true,
  });
  // The pipe closes once no process holds its other end: the emulator too is gone.
  const closed = once(npm, "close", { signal: AbortSignal.timeout(10_000) });
  try {
    await once(createInterface(npm.stdout), "line");
    npm.kill("SIGTERM");
    await closed;
  } finally {
    killGroup(npm.pid ?? 0);
  }
});

/** An emulator that npm left behind must not outlive the test. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
