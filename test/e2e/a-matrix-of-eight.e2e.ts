import { cut } from "../support/faults.ts";
import { useAct } from "./support/act.ts";

const act = useAct();

test("each of eight jobs at once has a token of its own, though one of them loses an answer", async () => {
  const user = await act.user();
  // That job's post then searches the user's tokens, and must leave those of its siblings alone.
  await act.emulator.inject("POST /tokens", cut("after"), { skip: 2 });
  const run = await act.run("matrix.yml", { user, args: ["--concurrent-jobs", "8"] });
  expect(run.code).toBe(0);
  expect(new Set(run.tokens).size).toBe(8);

  const requests = await act.requests();
  const count = (request: string) => requests.filter((one) => one === request).length;
  expect(count("POST /service/:id/purge 200")).toBe(8);
  // The eight revoke themselves, and so does the helper that finds the lost one.
  expect(count("DELETE /tokens/self 204")).toBe(9);
  expect(count("DELETE /tokens/:id 204")).toBe(1);
});
