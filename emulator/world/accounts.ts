import { Secret, TOTP } from "otpauth";
import type { Clock } from "./clock.ts";
import { newId, newSecret } from "./random.ts";
import { Refusal, type RefusalCode } from "./refusal.ts";
import type { Settings } from "./settings.ts";

export type Role = "superuser" | "engineer" | "user";

export type Customer = { readonly id: string; readonly services: readonly string[] };

export type User = {
  readonly id: string;
  readonly customer: Customer;
  readonly username: string;
  readonly role: Role;
  /** Present where two-factor authentication is on. */
  readonly totp: TOTP | null;
  readonly usedTotpSteps: Set<number>;
  password: string;
  /** In a row: a right password starts the count again. */
  wrongPasswords: number;
  locked: boolean;
  /** What stands between the right password and a response. */
  hurdle: Hurdle | null;
};

/** The account demands single sign-on at a URL, a new password, or that two-factor authentication be set up. */
export type Hurdle = { kind: "sso"; url: string } | { kind: "password-expired" } | { kind: "otp-setup" };

/** What can change of a user. To set a password or `locked` to false starts the count of wrong passwords again. */
export type UserChanges = { password?: string; locked?: boolean; hurdle?: Hurdle | null };

export type NewUser = UserChanges & { username?: string; role?: Role; totp?: boolean };

/** How an endpoint refuses a username and a password. */
export type CredentialRefusals = { wrong: RefusalCode; locked: RefusalCode };

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

  function addUser(customer: Customer, { username, role, totp, ...changes }: NewUser): User {
    const id = newId();
    const user: User = {
      id,
      customer,
      username: username ?? `${id}@example.com`,
      role: role ?? "user",
      totp: totp ? new TOTP({ secret: new Secret() }) : null,
      usedTotpSteps: new Set(),
      password: newSecret(),
      wrongPasswords: 0,
      locked: false,
      hurdle: null,
    };
    Object.assign(user, changes);
    users.set(id, user);
    byUsername.set(user.username, user);
    return user;
  }

  function changeUser(user: User, changes: UserChanges): void {
    if (changes.password !== undefined || changes.locked === false) {
      user.wrongPasswords = 0;
      user.locked = false;
    }
    Object.assign(user, changes);
  }

  function signIn(
    { username, password }: Credentials,
    oneTimePassword: string | undefined,
    refusals: CredentialRefusals,
  ): User {
    const user = byUsername.get(username);
    if (!user) throw new Refusal(refusals.wrong);
    if (user.locked || user.wrongPasswords >= settings.lockAfter) throw new Refusal(refusals.locked);
    if (user.password !== password) {
      user.wrongPasswords += 1;
      throw new Refusal(refusals.wrong);
    }
    user.wrongPasswords = 0;
    if (user.hurdle) throw hurdleRefusal(user.hurdle);
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
    changeUser,
    signIn,
    customer: (id: string) => customers.get(id),
    firstCustomer: () => customers.values().next().value,
    user: (id: string) => users.get(id),
    firstUser: () => users.values().next().value,
    hasUsername: (username: string) => byUsername.has(username),
  };
}

function hurdleRefusal(hurdle: Hurdle): Refusal {
  switch (hurdle.kind) {
    case "sso":
      return new Refusal("single_sign_on", { headers: { "Fastly-SSO-Login-Url": hurdle.url } });
    case "password-expired":
      return new Refusal("password_expired");
    case "otp-setup":
      return new Refusal("second_factor_setup");
  }
}
