import { useAction } from "../support/action.ts";
import { credentials, runCompanion } from "../support/companion.ts";
import { addTokens, unknownId } from "./tokens.ts";

const action = useAction();

async function logOf(count: number): Promise<string[]> {
  const user = await action.user();
  const ids = await addTokens(action.emulator, user.userId, count);
  const inputs = { ...credentials(user), "token-ids": [unknownId(), ...ids].join(" ") };
  const { log } = await runCompanion("revoke", action, user, { inputs });
  return log.split("\n").map((line) => line.replace(/[0-9A-Za-z]{22}/, "ID"));
}

const revoked = "Revoked Fastly token ID.";
const warning = expect.stringMatching(/^##\[warning\]Nothing was revoked for token ID /);

test("a few lines stand as they are", async () => {
  expect(await logOf(3)).toEqual([revoked, revoked, revoked, warning]);
});

test("more of them fold, and what a person should look at does not", async () => {
  expect(await logOf(6)).toEqual([
    "##[group]Tokens that have ended",
    ...Array.from({ length: 6 }, () => revoked),
    "##[endgroup]",
    warning,
  ]);
});
