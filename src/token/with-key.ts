import {
  asFastlyError,
  type CreatedToken,
  type FastlyApi,
  FastlyError,
  getTokenCurrent,
} from "../fastly/index.ts";
import {
  type Helped,
  type HelperPorts,
  type HelperWork,
  withHelperToken,
  workWithHelper,
} from "./helper-token.ts";
import type { Credentials } from "./minting.ts";
import type { TokenName } from "./token-name.ts";
import type { TokenReport } from "./token-status.ts";

/** How to act for a user: with a token of theirs, or with a helper token that their credentials, or a token broker, make. */
export type KeySource =
  | { kind: "key"; key: string }
  | { kind: "mint"; credentials: Credentials }
  | { kind: "obtain"; obtain: (name: Omit<TokenName, "serial">) => ObtainKey };

/** Has somebody else make a helper token. */
export type ObtainKey = (api: FastlyApi) => Promise<HandedKey>;

export interface HandedKey {
  /** `text` says why there is none. */
  key: { kind: "made"; token: CreatedToken; requestId: string | undefined } | { kind: "none"; text: string };
  /** Ends what was made and never arrived. @returns what could not be ended */
  endLost: (api: FastlyApi) => Promise<TokenReport[]>;
}

/** A key to work with. */
export interface Key {
  key: string;
  /** The ID of the key itself, which the work must not revoke while it needs it. */
  id: string;
  /** How far Fastly's clock is ahead of the machine's, as far as Fastly's responses showed; else 0. In milliseconds. */
  clockOffsetMs: number;
}

/** With what the work was done, and what it left. */
export type HelpedBy = Pick<Extract<Helped<unknown>, { kind: "helped" }>, "keyId" | "leftovers"> & {
  /** The broker's, for the helper token that it made. */
  requestId?: string | undefined;
};

export type WithKey<T> =
  | ({ kind: "helped"; result: T } & HelpedBy)
  | Exclude<Helped<T>, { kind: "helped" }>
  | { kind: "bad-key"; error: FastlyError; leftovers: [] }
  | { kind: "no-key"; text: string; leftovers: TokenReport[] };

/** Works with the key that was given, or with a helper token. */
export async function withKey<T>(
  keySource: KeySource,
  helperName: Omit<TokenName, "serial">,
  ports: HelperPorts,
  work: (key: Key, api: FastlyApi) => Promise<T>,
): Promise<WithKey<T>> {
  if (keySource.kind === "key") return withGivenKey(keySource.key, ports, work);
  const workWith: HelperWork<T> = ({ accessToken, id, createdAt }, api) =>
    work({ key: accessToken, id, clockOffsetMs: Date.parse(createdAt) - api.clock.now() }, api);
  return keySource.kind === "mint"
    ? withHelperToken(helperName, keySource.credentials, ports, workWith)
    : withObtainedKey(keySource.obtain(helperName), ports, workWith);
}

async function withObtainedKey<T>(
  obtain: ObtainKey,
  ports: HelperPorts,
  work: HelperWork<T>,
): Promise<WithKey<T>> {
  const { api, signal } = ports;
  const { key, endLost } = await obtain(api.with({ signal }));
  if (key.kind === "none") return { kind: "no-key", text: key.text, leftovers: await endLost(api) };
  return { ...(await workWithHelper(key.token, ports, work, endLost)), requestId: key.requestId };
}

async function withGivenKey<T>(
  key: string,
  { api, signal }: HelperPorts,
  work: (key: Key, api: FastlyApi) => Promise<T>,
): Promise<WithKey<T>> {
  const workApi = api.with({ signal });
  const own = await getTokenCurrent(workApi, key).catch(asFastlyError);
  if (own instanceof FastlyError) return { kind: "bad-key", error: own, leftovers: [] };
  return {
    kind: "helped",
    result: await work({ key, id: own.id, clockOffsetMs: api.serverOffset() ?? 0 }, workApi),
    keyId: own.id,
    leftovers: [],
  };
}
