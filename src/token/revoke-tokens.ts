import type { FastlyApi } from "../fastly/index.ts";
import { errorOf } from "./end-job-tokens.ts";
import type { HelperPorts } from "./helper-token.ts";
import { type Revocation, revokeInBulk } from "./revoke-in-bulk.ts";
import { revokeSelf } from "./revoke-self.ts";
import type { TokenName } from "./token-name.ts";
import { type Access, type WithKey, withKey } from "./with-key.ts";

/** Revokes tokens by their IDs; the key that does it comes last, if it is among them. */
export function revokeTokens(
  ids: readonly string[],
  access: Access,
  helperName: Omit<TokenName, "serial">,
  ports: HelperPorts,
): Promise<WithKey<Revocation[]>> {
  return withKey(access, helperName, ports, async (key, { api }) => {
    const others = ids.filter((id) => id !== key.id);
    const revocations = await revokeInBulk(others, { api, key: key.key });
    return others.length === ids.length
      ? revocations
      : [...revocations, await revokeItself(api, key.key, key.id)];
  });
}

/** @param id what to tell the token by */
export async function revokeItself(api: FastlyApi, key: string, id: string): Promise<Revocation> {
  const status = await revokeSelf(api, key);
  if (status.kind === "revoked") return { id, result: { kind: "revoked" } };
  const error = errorOf(status);
  return { id, result: error ? { kind: "failed", error } : { kind: "already-gone" } };
}
