import { Secret, TOTP } from "otpauth";
import type { Clock } from "./clock.ts";
import { newId, newSecret } from "./random.ts";
import { Refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";

export type Role = "superuser" | "engineer" | "user";

export type Customer = { readonly id: string; readonly services: readonly string[] };

export type User = {
  readonly id: string;
  readonly customer: Customer;
  readonly username: string;
  readonly password: string;
  readonly role: Role;
  /** Present where two-factor authentication is on. */
  readonly totp: TOTP | null;
  readonly usedTotpSteps: Set<number>;
  /** In a row: a right password starts the count again. */
  wrongPasswords: number;
};

export type NewUser = { username?: string; password?: string; role?: Role; totp?: boolean };

export type Credentials = { username: string; password: string };

const totpPeriodMs = 30_000;

export type Accounts = ReturnType<typeof createAccounts>;

/** Customers and their users: who may sign in, and when an account locks. */
export function createAccounts(settings: Settings, clock: Clock) {
  const customers = new Map<string, Customer>();
  const users = new Map<string, User>();
  const byUsername = new Map<string, User>();

  function addCustomer(services = 2): Customer {
    const customer = { id: newId(), services: Array.from({ length: services }, newId) };
    customers.set(customer.id, customer);
    return customer;
  }

  function addUser(customer: Customer, { username, password, role, totp }: NewUser): User {
    const id = newId();
    const user: User = {
      id,
      customer,
      username: username ?? `${id}@example.com`,
      password: password ?? newSecret(),
      role: role ?? "user",
      totp: totp ? new TOTP({ secret: new Secret() }) : null,
      usedTotpSteps: new Set(),
      wrongPasswords: 0,
    };
    users.set(id, user);
    byUsername.set(user.username, user);
    return user;
  }

  function signIn({ username, password }: Credentials, oneTimePassword: string | undefined): User {
    const user = byUsername.get(username);
    if (!user) throw new Refusal("invalid_grant");
    if (user.wrongPasswords >= settings.lockAfter) throw new Refusal("account_locked");
    if (user.password !== password) {
      user.wrongPasswords += 1;
      throw new Refusal("invalid_grant");
    }
    user.wrongPasswords = 0;
    if (user.totp) useOneTimePassword(user, user.totp, oneTimePassword);
    return user;
  }

  function useOneTimePassword(user: User, totp: TOTP, oneTimePassword: string | undefined): void {
    const now = clock();
    // One step either way allows for clocks that differ.
    const delta = totp.validate({ token: oneTimePassword ?? "", timestamp: now, window: 1 });
    if (delta === null) throw new Refusal("second_factor");
    const step = Math.floor(now / totpPeriodMs) + delta;
    if (user.usedTotpSteps.has(step)) throw new Refusal("second_factor");
    user.usedTotpSteps.add(step);
  }

  return {
    addCustomer,
    addUser,
    signIn,
    customer: (id: string) => customers.get(id),
    firstCustomer: () => customers.values().next().value,
    user: (id: string) => users.get(id),
    firstUser: () => users.values().next().value,
    hasUsername: (username: string) => byUsername.has(username),
  };
}
