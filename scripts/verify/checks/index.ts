import type { Run } from "../run.ts";
import { notChecked, type Verdict, type Verdicts } from "../verdict.ts";
import type { Check } from "./check.ts";
import { lostCreate } from "./lost-create.ts";
import { bulk, keys, refusedCreates, startExpiring } from "./refusals.ts";
import { responses } from "./responses.ts";
import { sameOtpAgain, signIn, sudo } from "./sign-in.ts";
import { customer, fresh, names, readOnly, selfRevocation, services } from "./tokens.ts";

/** Begins a check that ends last. */
function expiring(): [begin: Check, end: Check] {
  let end: (() => Promise<Verdict>) | undefined;
  return [
    {
      names: [],
      check: async (run: Run) => {
        end = await startExpiring(run);
        return {};
      },
    },
    {
      names: ["key-expired"],
      check: async (): Promise<Verdicts> => (end ? { "key-expired": await end() } : {}),
    },
  ];
}

/** In the order in which they are made. Without the first, none of the others can be. */
export function allChecks(): readonly [Check, ...Check[]] {
  const [begin, end] = expiring();
  return [
    signIn,
    sameOtpAgain,
    sudo,
    begin,
    fresh,
    names,
    selfRevocation,
    readOnly,
    services,
    customer,
    keys,
    refusedCreates,
    bulk,
    lostCreate,
    end,
    responses,
  ];
}

/** What a run never checks, and why. */
export const neverChecked: Verdicts = {
  "sign-in-refusals": notChecked("this never sends a wrong password"),
  "wrong-passwords-lock": notChecked("this never sends a wrong password"),
  "new-password-keeps-tokens": notChecked("this changes no password"),
  "account-needs": notChecked("it takes an account that Fastly asks for something first"),
  "token-limit-text": notChecked("it would take the user's room for tokens from its jobs"),
  "limit-answer": notChecked("it would use up the user's writes of an hour"),
  "bulk-size": notChecked("it would take hundreds of tokens"),
  "services-not-created": notChecked("it might create a service"),
  "limits-combine": notChecked("it takes a user whose own rights are limited"),
  "kv-adds-once": notChecked("it takes a broker on Fastly Compute, in two places"),
  "kv-lists-whole": notChecked("it takes a broker on Fastly Compute, in two places"),
};
