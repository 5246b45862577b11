import type { HelperPorts } from "./helper-token.ts";
import { type Revocation, revokeInBulk } from "./revoke-in-bulk.ts";
import { revokeSelf } from "./revoke-self.ts";
import type { TokenName } from "./token-name.ts";
import { type KeySource, type WithKey, withKey } from "./with-key.ts";

/** Revokes tokens by IDs that nobody here has seen; the key that does it comes last, if it is among them. */
export function revokeTokens(
  ids: readonly string[],
  keySource: KeySource,
  helperName: Omit<TokenName, "serial">,
  ports: HelperPorts,
): Promise<WithKey<Revocation[]>> {
  return withKey(keySource, helperName, ports, async (key, api) => {
    const others = ids.filter((id) => id !== key.id);
    const revocations = await revokeInBulk(others, { api, key });
    if (others.length === ids.length) return revocations;
    return [...revocations, { id: key.id, status: await revokeSelf(api, key.key, key) }];
  });
}
