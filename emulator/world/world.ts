import { createFaults, type Faults } from "../faults/rules.ts";
import { type Accounts, createAccounts } from "./accounts.ts";
import { type Clock, createClock } from "./clock.ts";
import { createJournal, type Journal } from "./journal.ts";
import { newSecret } from "./random.ts";
import { createServices, type Services } from "./services.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { createTokenStore, type TokenStore } from "./tokens.ts";
import { createWriteLimit, type WriteLimit } from "./write-limit.ts";

/** All that the emulator knows, in memory alone. */
export type World = {
  readonly startedAt: number;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly services: Services;
  readonly tokens: TokenStore;
  readonly writeLimit: WriteLimit;
  readonly journal: Journal;
  readonly faults: Faults;
};

/** What whoever starts the emulator needs to use it. */
export type Start = {
  username: string;
  password: string;
  customerId: string;
  userId: string;
  apiKey: string;
  services: readonly string[];
};

export function createWorld(): World {
  const settings = { ...defaultSettings };
  const clock = createClock(settings);
  return {
    startedAt: clock(),
    settings,
    clock,
    accounts: createAccounts(settings, clock),
    services: createServices(clock),
    tokens: createTokenStore(settings, clock),
    writeLimit: createWriteLimit(settings, clock),
    journal: createJournal(),
    faults: createFaults(),
  };
}

/** One customer with two services, and one superuser with a key that never expires. */
export function populate({ accounts, tokens }: World): Start {
  const customer = accounts.addCustomer();
  const user = accounts.addUser(customer, {
    username: "superuser@example.com",
    password: newSecret(),
    role: "superuser",
  });
  const key = tokens.create({ user, name: "Emulator key" });
  return {
    username: user.username,
    password: user.password,
    customerId: customer.id,
    userId: user.id,
    apiKey: key.accessToken,
    services: customer.services,
  };
}
