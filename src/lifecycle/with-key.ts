import { getTokenCurrent } from "../fastly/index.ts";
import { type Helped, type HelperPorts, withHelperToken } from "./helper-token.ts";
import type { Minter } from "./mint-token.ts";
import type { TokenName } from "./token-name.ts";

/** How to act for a user: with a token of theirs, or with a helper token that their credentials make. */
export type Access = { kind: "key"; key: string } | { kind: "mint"; minter: Minter };

/** A key to work with. */
export interface Key {
  key: string;
  /** The ID of the key itself, which the work must not revoke while it needs it. */
  id: string;
  /** How far Fastly's clock is ahead of the machine's, as far as that is known, in milliseconds. */
  clockOffsetMs: number;
}

/**
 * Works with the key that was given, or with a helper token.
 *
 * @throws {FastlyError} where the key given is not good
 */
export async function withKey<T>(
  access: Access,
  helperName: Omit<TokenName, "serial">,
  ports: HelperPorts,
  work: (key: Key) => Promise<T>,
): Promise<Helped<T>> {
  if (access.kind === "key") {
    const { id } = await getTokenCurrent(ports.api, access.key);
    return { kind: "helped", result: await work({ key: access.key, id, clockOffsetMs: 0 }), strays: [] };
  }
  return withHelperToken(helperName, access.minter, ports, ({ accessToken, id, createdAt }) =>
    work({ key: accessToken, id, clockOffsetMs: Date.parse(createdAt) - ports.clock.now() }),
  );
}
