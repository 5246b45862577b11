import type { FastifyInstance } from "fastify";
import type { Accounts, Customer, Hurdle, NewUser, Role, UserChanges } from "../world/accounts.ts";
import { BadControl } from "./bad-control.ts";

/** `customer` is the ID of a customer, or `new` for one with so many `services` (2); without it, the first. */
export type UserToAdd = NewUser & { customer?: string; services?: number };

export type AddedUser = {
  userId: string;
  customerId: string;
  services: readonly string[];
  username: string;
  password: string;
  role: Role;
  /** In base32, for a user with two-factor authentication. */
  totpSecret?: string;
};

const changes = {
  password: { type: "string", minLength: 1 },
  locked: { type: "boolean" },
  hurdle: {
    oneOf: [
      { type: "null" },
      hurdleSchema("sso", { url: { type: "string" } }),
      hurdleSchema("password-expired", {}),
      hurdleSchema("otp-setup", {}),
    ],
  },
};

function hurdleSchema(kind: Hurdle["kind"], properties: object) {
  return {
    type: "object",
    additionalProperties: false,
    required: ["kind", ...Object.keys(properties)],
    properties: { kind: { const: kind }, ...properties },
  };
}

const userChangesSchema = { type: "object", additionalProperties: false, properties: changes };

const userToAddSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    ...changes,
    username: { type: "string", minLength: 1 },
    role: { enum: ["superuser", "engineer", "user"] },
    totp: { type: "boolean" },
    customer: { type: "string" },
    services: { type: "integer", minimum: 0, maximum: 10_000 },
  },
};

export function userControls(control: FastifyInstance, accounts: Accounts): void {
  function customerOf(id: string | undefined, services: number | undefined): Customer {
    if (id === "new") return accounts.addCustomer(services);
    if (services !== undefined) throw new BadControl("services are made for a new customer alone");
    const customer = id === undefined ? accounts.firstCustomer() : accounts.customer(id);
    if (!customer) throw new BadControl(`no customer ${id}`);
    return customer;
  }

  control.post<{ Body: UserToAdd }>("/users", { schema: { body: userToAddSchema } }, (request, reply) => {
    const { customer, services, ...newUser } = request.body;
    if (newUser.username !== undefined && accounts.hasUsername(newUser.username)) {
      throw new BadControl(`user ${newUser.username} exists`);
    }
    const user = accounts.addUser(customerOf(customer, services), newUser);
    const response: AddedUser = {
      userId: user.id,
      customerId: user.customer.id,
      services: user.customer.services,
      username: user.username,
      password: user.password,
      role: user.role,
      ...(user.totp ? { totpSecret: user.totp.secret.base32 } : {}),
    };
    reply.send(response);
  });

  control.patch<{ Params: { id: string }; Body: UserChanges }>(
    "/users/:id",
    { schema: { body: userChangesSchema } },
    (request, reply) => {
      const user = accounts.user(request.params.id);
      if (!user) throw new BadControl(`no user ${request.params.id}`);
      accounts.changeUser(user, request.body);
      reply.code(204).send();
    },
  );
}
