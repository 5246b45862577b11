import { parseTokenName, type TokenName, unknownRun } from "../../token/token-name.ts";
import type { UserPorts } from "./fastly-user.ts";

/** The names of all session keys that one process asks for. */
export interface SessionKeyNames {
  draw(): Omit<TokenName, "serial">;
  /** Called where no key of that name came to be known, or it was not ended: if there is one, it counts as left behind. */
  forget(name: Pick<TokenName, "nonce">): void;
  /** Whether a token's name is one that this process asked for. */
  isOwn(name: string): boolean;
  /** Whether it names a session key of this broker, whichever process made it. */
  isSessionKey(name: string): boolean;
}

/** A session key belongs to no run, and its name states the broker's own host in place of a server. */
export function sessionKeyNames({ host, newNonce }: Pick<UserPorts, "host" | "newNonce">): SessionKeyNames {
  const nonces = new Set<string>();
  return {
    draw: () => {
      const nonce = newNonce();
      nonces.add(nonce);
      return { ...unknownRun, server: host, runAttempt: "1", job: "broker", use: "broker", label: "", nonce };
    },
    forget: ({ nonce }) => nonces.delete(nonce),
    isOwn: (name) => nonces.has(parseTokenName(name)?.nonce ?? ""),
    isSessionKey: (name) => {
      const parsed = parseTokenName(name);
      return parsed?.use === "broker" && parsed.server === host;
    },
  };
}
