/** What a field may hold, as Jest's matchers. */
type Matcher = { asymmetricMatch(value: unknown): boolean };

export const text = expect.any(String);
export const flag = expect.any(Boolean);
export const number = expect.any(Number);
export const id = expect.stringMatching(/^[A-Za-z0-9]{22}$/);
export const secret = expect.stringMatching(/^[A-Za-z0-9_-]{32}$/);
export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const sha512 = expect.stringMatching(/^[0-9a-f]{128}$/);

function matcher(name: string, matches: (value: unknown) => boolean): Matcher & { toString(): string } {
  return { asymmetricMatch: matches, toString: () => name };
}

function isLike(value: unknown, shape: unknown): boolean {
  try {
    expect(value).toEqual(shape);
    return true;
  } catch {
    return false;
  }
}

export function orNull(shape: unknown) {
  return matcher("or null", (value) => value === null || isLike(value, shape));
}

/** A list that is not empty, each item of that shape. */
export function listOf(shape: unknown) {
  return matcher(
    "list",
    (value) => Array.isArray(value) && value.length > 0 && value.every((item) => isLike(item, shape)),
  );
}

export function anyListOf(shape: unknown) {
  return matcher("list", (value) => Array.isArray(value) && value.every((item) => isLike(item, shape)));
}

/** An object whose values all have that shape, whatever their names. */
export function valuesOf(shape: unknown) {
  return matcher(
    "values",
    (value) =>
      typeof value === "object" &&
      value !== null &&
      Object.values(value).every((item) => isLike(item, shape)),
  );
}

const tokenCommon = {
  id,
  user_id: id,
  customer_id: id,
  name: text,
  scope: text,
  services: anyListOf(id),
  service_id: orNull(id),
  created_at: time,
  expires_at: orNull(time),
};

export const createdToken = { ...tokenCommon, updated_at: time, access_token: secret };

export const readToken = {
  ...tokenCommon,
  scopes: listOf(text),
  last_used_at: orNull(time),
  ip: orNull(text),
  user_agent: orNull(text),
  sudo_expires_at: orNull(time),
};

export const version = {
  service_id: id,
  number,
  comment: text,
  active: flag,
  locked: flag,
  deployed: flag,
  staging: flag,
  testing: flag,
  environments: anyListOf(expect.anything()),
  created_at: time,
  updated_at: time,
  deleted_at: null,
};

export const service = {
  id,
  customer_id: id,
  name: text,
  type: text,
  comment: text,
  environments: anyListOf(expect.anything()),
  created_at: time,
  updated_at: time,
  deleted_at: null,
  versions: listOf(version),
};

export const domain = {
  service_id: id,
  version: number,
  name: text,
  comment: text,
  created_at: time,
  updated_at: time,
  deleted_at: null,
};

export const versionDetails = {
  ...version,
  backends: anyListOf(expect.anything()),
  domains: anyListOf(domain),
  healthchecks: anyListOf(expect.anything()),
};

export const uploadedPackage = {
  id,
  service_id: id,
  version: number,
  metadata: expect.objectContaining({
    name: text,
    description: text,
    authors: anyListOf(text),
    language: text,
    size: number,
    hashsum: sha512,
    files_hash: sha512,
  }),
  created_at: time,
  updated_at: time,
  deleted_at: null,
};
