import { asFastlyError, FastlyError, getTokenCurrent } from "../fastly/index.ts";
import { type Helped, type HelperPorts, type WorkPorts, withHelperToken } from "./helper-token.ts";
import type { Minter } from "./minting.ts";
import type { TokenName } from "./token-name.ts";

/** How to act for a user: with a token of theirs, or with a helper token that their credentials make. */
export type Access = { kind: "key"; key: string } | { kind: "mint"; minter: Minter };

/** A key to work with. */
export interface Key {
  key: string;
  /** The ID of the key itself, which the work must not revoke while it needs it. */
  id: string;
  /** How far Fastly's clock is ahead of the machine's, as far as Fastly's answers showed; else 0. In milliseconds. */
  clockOffsetMs: number;
}

export type WithKey<T> = Helped<T> | { kind: "bad-key"; error: FastlyError; leftovers: [] };

/** Works with the key that was given, or with a helper token. */
export async function withKey<T>(
  access: Access,
  helperName: Omit<TokenName, "serial">,
  ports: HelperPorts,
  work: (key: Key, ports: WorkPorts) => Promise<T>,
): Promise<WithKey<T>> {
  if (access.kind === "key") return withGivenKey(access.key, ports, work);
  return withHelperToken(helperName, access.minter, ports, ({ accessToken, id, createdAt }, workPorts) =>
    work({ key: accessToken, id, clockOffsetMs: Date.parse(createdAt) - ports.clock.now() }, workPorts),
  );
}

async function withGivenKey<T>(
  key: string,
  { api, deadline, signal }: HelperPorts,
  work: (key: Key, ports: WorkPorts) => Promise<T>,
): Promise<WithKey<T>> {
  const workPorts = { api: api.with({ deadline, signal }), deadline };
  const own = await getTokenCurrent(workPorts.api, key).catch(asFastlyError);
  if (own instanceof FastlyError) return { kind: "bad-key", error: own, leftovers: [] };
  return {
    kind: "helped",
    result: await work({ key, id: own.id, clockOffsetMs: api.serverOffset() ?? 0 }, workPorts),
    leftovers: [],
  };
}
