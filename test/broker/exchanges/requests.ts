import { exchangeOf, tokenType } from "../service/world.ts";
import type { Row } from "./row.ts";

type Hostile = {
  name: string;
  init: (form: Record<string, string>) => RequestInit;
  path?: string;
  status?: number;
};

const form = (fields: Record<string, string>): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(fields),
});
const raw = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body,
  headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
});
const text = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const without = (fields: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

const hostile: Hostile[] = [
  ...["grant_type", "subject_token", "subject_token_type", "rule"].flatMap((name): Hostile[] => [
    { name: `without ${name}`, init: (fields) => form(without(fields, name)) },
    { name: `with an empty ${name}`, init: (fields) => form({ ...fields, [name]: "" }) },
    { name: `with ${name} twice`, init: (fields) => raw(`${text(fields)}&${name}=x`) },
    {
      name: `with the same ${name} twice`,
      init: (fields) => raw(`${text(fields)}&${text({ [name]: fields[name] ?? "" })}`),
    },
  ]),
  ...["scope", "services", "expires_in", "nonce", "job", "label"].map(
    (name): Hostile => ({
      name: `with ${name} twice`,
      init: (fields) => raw(`${text(fields)}&${name}=1&${name}=1`),
    }),
  ),
  ...[
    "client_id",
    "audience",
    "resource",
    "actor_token",
    "requested_token_type",
    "Rule",
    "__proto__",
    "constructor",
    "rule[]",
    "",
  ].map(
    (name): Hostile => ({
      name: `with the unknown parameter ${JSON.stringify(name)}`,
      init: (fields) => raw(`${text(fields)}&${encodeURIComponent(name)}=1`),
    }),
  ),
  ...["0", "-1", "1.5", "1e3", "600s", " 600", "0x10", "NaN", ""].map(
    (value): Hostile => ({
      name: `with expires_in ${JSON.stringify(value)}`,
      init: (fields) => form({ ...fields, expires_in: value }),
    }),
  ),
  ...["0123456789abcdef012", "0123456789ABCDEF0123", "0123456789abcdef0123 ", "", "../../../../tokens/x"].map(
    (value): Hostile => ({
      name: `with the nonce ${JSON.stringify(value)}`,
      init: (fields) => form({ ...fields, nonce: value }),
    }),
  ),
  ...["purge_select\n", "purge_select  purge_all", " purge_select", ""].map(
    (value): Hostile => ({
      name: `with the scope ${JSON.stringify(value)}`,
      init: (fields) => form({ ...fields, scope: value }),
    }),
  ),
  {
    name: "with a label of 10,000 characters",
    init: (fields) => form({ ...fields, label: "x".repeat(10_000) }),
  },
  {
    name: "with a label that holds a line end",
    init: (fields) => form({ ...fields, label: "a\n::set-output::" }),
  },
  { name: "with a job that holds NUL", init: (fields) => form({ ...fields, job: "a\u0000" }) },
  ...[0x0a, 0x00, 0x1b, 0x2028].map((code) => ({
    name: `with the character ${code.toString(16)} in its label, not encoded`,
    init: (fields: Record<string, string>) => raw(`${text(fields)}&label=a${String.fromCodePoint(code)}b`),
  })),
  { name: "of 17 KiB", init: (fields) => raw(`${text(fields)}&label=${"x".repeat(17 * 1024)}`) },
  { name: "of 5 MB", init: () => raw("x".repeat(5_000_000)) },
  { name: "that is empty", init: () => raw("") },
  { name: "of ampersands", init: () => raw("&&&&") },
  { name: "with a name without a value", init: (fields) => raw(`${text(fields)}&label`) },
  { name: "with a broken percent encoding", init: (fields) => raw(`${text(fields)}&label=%zz`) },
  { name: "with an encoding that is not UTF-8", init: (fields) => raw(`${text(fields)}&label=%ff%fe`) },
  { name: "with bytes that are not UTF-8", init: () => raw(new Uint8Array([0x61, 0x3d, 0xff])) },
  {
    name: "as JSON",
    init: (fields) => raw(JSON.stringify(fields), { "content-type": "application/json" }),
  },
  { name: "as text", init: (fields) => raw(text(fields), { "content-type": "text/plain" }) },
  {
    name: "as multipart",
    init: (fields) => raw(text(fields), { "content-type": "multipart/form-data; boundary=x" }),
  },
  {
    name: "in another charset",
    init: (fields) =>
      raw(text(fields), { "content-type": "application/x-www-form-urlencoded; charset=utf-16" }),
  },
  { name: "compressed", init: (fields) => raw(text(fields), { "content-encoding": "gzip" }) },
  {
    name: "with another grant type",
    init: (fields) => form({ ...fields, grant_type: "client_credentials" }),
  },
  {
    name: "with the type of an access token",
    init: (fields) => form({ ...fields, subject_token_type: tokenType.replace("id_token", "access_token") }),
  },
  { name: "with a parameter in the URL", init: form, path: "/v1/token?rule=web-purge" },
  { name: "by GET", init: () => ({ method: "GET" }), status: 405 },
  { name: "by PUT", init: (fields) => ({ ...form(fields), method: "PUT" }), status: 405 },
  { name: "by DELETE", init: () => ({ method: "DELETE" }), status: 405 },
  { name: "by OPTIONS", init: () => ({ method: "OPTIONS" }), status: 405 },
  { name: "to a path below", init: form, path: "/v1/token/x", status: 404 },
  { name: "to a path with a slash at its end", init: form, path: "/v1/token/", status: 404 },
  { name: "to a path in capitals", init: form, path: "/v1/TOKEN", status: 404 },
  { name: "to the root", init: form, path: "/", status: 404 },
  { name: "to a path that climbs", init: form, path: "/healthz/..%2f..%2fetc/passwd", status: 404 },
];

/** Requests that are not those of a job. */
export const malformedRequests: readonly Row[] = hostile.map(
  ({ name, init, path = "/v1/token", status = 400 }) => ({
    name: `a request ${name}`,
    send: async (host, { job }) => host.request(path, init(await exchangeOf(job))),
    status,
    code: "malformed",
  }),
);
