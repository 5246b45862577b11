import type { JWK } from "jose";
import { createSigningKey, type SigningKey } from "./keys.ts";

/**
 * What an issuer is known by here: its path below the emulator's URL. Empty for the one of github.com, the slug of an
 * enterprise such as `/octo-enterprise`, or `/_services/token` as a GitHub Enterprise Server has it.
 */
export type IssuerPath = string;

export type Rotation = {
  issuer?: IssuerPath;
  /** Takes the keys so far out of the key set. */
  dropOld?: boolean;
  /** False: tokens are signed with a key that the key set does not state. */
  publish?: boolean;
};

export type KeyRing = {
  /** What the key set states; keys that no token of this issuer is signed with among them. */
  published: JWK[];
  signing: SigningKey;
};

export type Issuers = Awaited<ReturnType<typeof createIssuers>>;

export async function createIssuers() {
  const rings = new Map<IssuerPath, KeyRing>([["", await createKeyRing()]]);

  function find(path: IssuerPath): KeyRing | undefined {
    return rings.get(path);
  }

  return {
    find,
    paths: (): IssuerPath[] => [...rings.keys()],

    /** GitHub signs for every enterprise of github.com with the same keys; a server of their own has its own. */
    async add(path: IssuerPath, { ownKeys = false } = {}): Promise<void> {
      const shared = find("");
      rings.set(path, ownKeys || !shared ? await createKeyRing() : shared);
    },

    /** @returns the key that tokens are signed with from now on */
    async rotate(ring: KeyRing, { dropOld = false, publish = true }: Rotation): Promise<SigningKey> {
      const key = await createSigningKey();
      ring.signing = key;
      if (dropOld) ring.published = [];
      if (publish) ring.published = [...ring.published, key.publicJwk];
      return key;
    },
  };
}

async function createKeyRing(): Promise<KeyRing> {
  const signing = await createSigningKey();
  return { signing, published: [signing.publicJwk] };
}
