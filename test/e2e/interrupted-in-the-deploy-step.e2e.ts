import { stall } from "../support/faults.ts";
import { useAct } from "./support/act.ts";

const act = useAct();

// GitHub's runner sends SIGINT to a cancelled step, and waits; act kills it at once, by either signal. Both run post.
test.each([["SIGINT"], ["SIGTERM"]] as const)(
  "post revokes when act gets %s in the deploy step",
  async (signal) => {
    const user = await act.user();
    const purge = { method: "POST", path: "/service/:id/purge_all" };
    await act.emulator.inject("POST /service/:id/purge_all", stall("before"));
    const run = await act.start("plain-deploy.yml", { user });
    await act.nextRequest(purge);
    run.signal(signal);
    const { code, log, tokens } = await run.done;
    expect(code).toBe(1);
    expect(tokens).toHaveLength(1);
    expect(log).toContain("this step has been cancelled: signal: killed");
    expect(log).toContain("Revoked Fastly token");
    expect(await act.requests()).toEqual([
      "POST /tokens 200",
      "POST /service/:id/purge_all -",
      "DELETE /tokens/self 204",
    ]);
  },
);
