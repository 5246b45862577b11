import { type Emulator, type StartLine, startEmulator } from "../support/emulator.ts";

/** An account on an emulator, with what the facts ask of it. */
export type Account = {
  readonly emulator: Emulator;
  /** Of the superuser, in sudo mode. */
  readonly key: string;
  readonly username: string;
  readonly password: string;
  readonly customerId: string;
  /** Two services: the first has a version that may be changed. */
  readonly services: StartLine["services"];
  readonly openVersion: number;
  readonly expired: { id: string; key: string };
  readonly readOnlyKey: string;
  /** A token of the superuser, alive and for this fact alone. */
  newToken(): Promise<{ id: string; key: string }>;
  newAutomationToken(): Promise<string>;
};

export async function openAccount(): Promise<Account> {
  const emulator = await startEmulator();
  const { apiKey: key, username, password, url, services, customerId } = emulator;
  const [expired, readOnly] = await emulator.addTokens([
    { expires_at: "2021-01-14T11:47:46Z" },
    { scope: "global:read" },
  ]);
  const send = async (method: string, path: string, body?: URLSearchParams | string) => {
    const json = typeof body === "string" ? { "content-type": "application/json" } : {};
    const answer = await fetch(url + path, {
      method,
      headers: { "Fastly-Key": key, ...json },
      ...(body ? { body } : {}),
    });
    return (await answer.json()) as { id: string; number: number };
  };
  await send("POST", "/sudo", new URLSearchParams({ username, password }));
  const { number: openVersion } = await send("PUT", `/service/${services[0]}/version/1/clone`);

  return {
    emulator,
    key,
    username,
    password,
    customerId,
    services,
    openVersion,
    expired: { id: expired?.id ?? "", key: expired?.access_token ?? "" },
    readOnlyKey: readOnly?.access_token ?? "",
    newToken: async () => {
      const [token] = await emulator.addTokens([{ name: "for a fact", services: [services[0] ?? ""] }]);
      return { id: token?.id ?? "", key: token?.access_token ?? "" };
    },
    newAutomationToken: async () => {
      const fields = { name: "for machines", role: "engineer", scope: "global:read" };
      return (await send("POST", "/automation-tokens", JSON.stringify(fields))).id;
    },
  };
}
