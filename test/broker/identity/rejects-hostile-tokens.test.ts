import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Rejection } from "../../../src/broker/identity/index.ts";
import type { Claims, GitHubJob, IssuerReport } from "../../support/github-oidc.ts";
import { encode, signWith } from "./sign.ts";
import { audience, createVerifier, trusted, useGitHub } from "./support.ts";

const world = useGitHub();

/** What a row makes its token of. */
type Material = {
  /** A token as GitHub issues it, and its three parts. */
  token: string;
  head: string;
  body: string;
  signature: string;
  header: Claims;
  claims: Claims;
  issuer: IssuerReport;
  job: GitHubJob;
  /** Signs with the issuer's own key whatever is given; members that are null are left out. */
  sign(payload: Claims | string, header?: Claims | string): Promise<string>;
  /** Signs the changed claims with the issuer's own key. */
  claim(changes: Claims): Promise<string>;
};

type Row = [name: string, expected: Rejection, make: (material: Material) => string | Promise<string>];

const attacker = generateKeyPairSync("rsa", { modulusLength: 2048 });

let material: Material;
let attackers: { url: string; requests: number; stop(): void };

beforeAll(async () => {
  attackers = await listenForRequests();
  material = await prepare();
});
afterAll(() => attackers.stop());

async function prepare(): Promise<Material> {
  const { github } = world;
  const job = await github.registerJob();
  const token = await job.token(audience);
  const [head = "", body = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString());
  const sign: Material["sign"] = (payload, header) =>
    github.sign({
      payload: typeof payload === "string" ? payload : present(payload),
      ...(header ? { header } : {}),
    });
  return {
    token,
    head,
    body,
    signature,
    header: JSON.parse(Buffer.from(head, "base64url").toString()),
    claims,
    issuer: await github.issuerReport(),
    job,
    sign,
    claim: (changes) => sign({ ...claims, ...changes }),
  };
}

function present(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** A server whose address hostile tokens carry about. */
async function listenForRequests() {
  const server = createServer((_request, response) => {
    seen.requests += 1;
    response.end(JSON.stringify({ keys: [attackersJwk()] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const seen = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: 0,
    stop: () => void server.close(),
  };
  return seen;
}

function attackersJwk(): Claims {
  return { ...attacker.publicKey.export({ format: "jwk" }), kid: "attackers", alg: "RS256", use: "sig" };
}

function hmacWith(secret: string, header: object, payload: object): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

function publicPem({ privateKeyPem }: IssuerReport): string {
  return String(createPublicKey(privateKeyPem).export({ type: "spki", format: "pem" }));
}

/** Sets bits of the last character that a lenient decoder does not look at. */
function withSpareBits(part: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return part.slice(0, -1) + alphabet.charAt(alphabet.indexOf(part.slice(-1)) | 1);
}

const seconds = () => Math.floor(Date.now() / 1000);

/** Tokens whose form alone condemns them. */
const malformed: Row[] = [
  ["nothing at all", "not_three_parts", () => ""],
  ["a blank", "not_three_parts", () => " "],
  ["two dots", "not_three_parts", () => ".."],
  ["one part", "not_three_parts", ({ head }) => head],
  ["two parts", "not_three_parts", ({ head, body }) => `${head}.${body}`],
  ["an empty signature", "not_three_parts", ({ head, body }) => `${head}.${body}.`],
  ["an empty payload", "not_three_parts", ({ head, signature }) => `${head}..${signature}`],
  ["an empty header", "not_three_parts", ({ body, signature }) => `.${body}.${signature}`],
  ["a dot at the end", "not_three_parts", ({ token }) => `${token}.`],
  ["a dot at the start", "not_three_parts", ({ token }) => `.${token}`],
  ["four parts", "not_three_parts", ({ token, signature }) => `${token}.${signature}`],
  ["the five parts of an encrypted token", "not_three_parts", ({ token }) => `${token}.AAAA.AAAA`],
  ["two tokens", "not_three_parts", ({ token }) => `${token},${token}`],
  ["a full-width dot", "not_three_parts", ({ head, body, signature }) => `${head}.${body}．${signature}`],
  [
    "a JSON serialization",
    "not_three_parts",
    ({ head, body, signature }) => JSON.stringify({ protected: head, payload: body, signature }),
  ],
  ["a blank in front", "not_base64url", ({ token }) => ` ${token}`],
  ["a blank at the end", "not_base64url", ({ token }) => `${token} `],
  ["a line end at the end", "not_base64url", ({ token }) => `${token}\n`],
  ["a carriage return at the end", "not_base64url", ({ token }) => `${token}\r\n`],
  [
    "a line end before a dot",
    "not_base64url",
    ({ head, body, signature }) => `${head}\n.${body}.${signature}`,
  ],
  ["a tab within", "not_base64url", ({ head, body, signature }) => `${head}.\t${body}.${signature}`],
  ["a NUL at the end", "not_base64url", ({ token }) => `${token}\0`],
  ["a zero-width space", "not_base64url", ({ token }) => `\u200b${token}`],
  ["a byte-order mark in front", "not_base64url", ({ token }) => `\ufeff${token}`],
  ["an authorization scheme", "not_base64url", ({ token }) => `Bearer ${token}`],
  ["quotes around it", "not_base64url", ({ token }) => `"${token}"`],
  ["padding of the header", "not_base64url", ({ head, body, signature }) => `${head}=.${body}.${signature}`],
  ["padding of the signature", "not_base64url", ({ token }) => `${token}==`],
  ["plain base64's alphabet", "not_base64url", ({ head, body }) => `${head}.${body}.ab+/`],
  ["a percent sign", "not_base64url", ({ head, body, signature }) => `${head}.${body}%2E.${signature}`],
  ["a length that no bytes have", "not_base64url", ({ head, body }) => `${head}.${body}.AAAAA`],
  [
    "spare bits in the signature",
    "not_base64url",
    ({ head, body, signature }) => `${head}.${body}.${withSpareBits(signature)}`,
  ],
  [
    "one byte more than the largest request",
    "too_long",
    ({ head, body }) => `${head}.${body}.`.padEnd(16 * 1024 + 1, "A"),
  ],
  ["a megabyte", "too_long", ({ token }) => token.padEnd(1024 * 1024, "A")],
  ["a hundred thousand dots", "too_long", () => ".".repeat(100_000)],
];

const headers: Row[] = [
  ["that is no JSON", "malformed_header", ({ body, signature }) => `${encode("RS256")}.${body}.${signature}`],
  [
    "that is a list",
    "malformed_header",
    ({ body, signature, header }) => `${encode([header])}.${body}.${signature}`,
  ],
  [
    "that is a string",
    "malformed_header",
    ({ body, signature }) => `${encode('"RS256"')}.${body}.${signature}`,
  ],
  ["that is null", "malformed_header", ({ body, signature }) => `${encode("null")}.${body}.${signature}`],
  ["that is a number", "malformed_header", ({ body, signature }) => `${encode("256")}.${body}.${signature}`],
  [
    "with something after the JSON",
    "malformed_header",
    ({ body, signature, header }) => `${encode(`${JSON.stringify(header)}{}`)}.${body}.${signature}`,
  ],
  [
    "in broken UTF-8",
    "malformed_header",
    ({ body, signature }) =>
      `${encode(Buffer.concat([Buffer.from('{"alg":"RS256","kid":"'), Buffer.of(0xff), Buffer.from('"}')]))}.${body}.${signature}`,
  ],
  [
    "with a byte-order mark",
    "malformed_header",
    ({ claims, header, sign }) => sign(claims, `\ufeff${JSON.stringify(header)}`),
  ],
  [
    "with alg twice, good first",
    "malformed_header",
    ({ claims, header, sign }) => sign(claims, `{"alg":"RS256","kid":"${header.kid}","alg":"none"}`),
  ],
  [
    "with alg twice, good last",
    "malformed_header",
    ({ claims, header, sign }) => sign(claims, `{"alg":"none","kid":"${header.kid}","alg":"RS256"}`),
  ],
  [
    "with alg twice, once escaped",
    "malformed_header",
    ({ claims, header, sign }) => sign(claims, `{"\\u0061lg":"none","kid":"${header.kid}","alg":"RS256"}`),
  ],
  [
    "alg none",
    "wrong_alg",
    ({ header, claims }) => `${encode({ ...header, alg: "none" })}.${encode(claims)}.AA`,
  ],
  ["alg None with a good signature", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: "None" })],
  ["alg NONE", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: "NONE" })],
  [
    "HS256 with the public key in PEM",
    "wrong_alg",
    ({ header, claims, issuer }) => hmacWith(publicPem(issuer), { ...header, alg: "HS256" }, claims),
  ],
  [
    "HS256 with the public key's modulus",
    "wrong_alg",
    ({ header, claims, issuer }) =>
      hmacWith(String(issuer.published[0]?.n), { ...header, alg: "HS256" }, claims),
  ],
  [
    "HS256 with an empty secret",
    "wrong_alg",
    ({ header, claims }) => hmacWith("", { ...header, alg: "HS256" }, claims),
  ],
  [
    "RS384 with the issuer's key",
    "wrong_alg",
    ({ header, claims, issuer }) => signWith(keyOf(issuer), { ...header, alg: "RS384" }, claims, "sha384"),
  ],
  [
    "RS512 with the issuer's key",
    "wrong_alg",
    ({ header, claims, issuer }) => signWith(keyOf(issuer), { ...header, alg: "RS512" }, claims, "sha512"),
  ],
  ["PS256", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: "PS256" })],
  ["ES256", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: "ES256" })],
  ["EdDSA", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: "EdDSA" })],
  ["alg in small letters", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: "rs256" })],
  ["alg with a blank", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: "RS256 " })],
  ["alg as a list", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: ["RS256"] })],
  ["alg missing", "wrong_alg", ({ claims, sign }) => sign(claims, { alg: null })],
  [
    "alg only in __proto__",
    "wrong_alg",
    ({ claims, header, sign }) => sign(claims, `{"__proto__":{"alg":"RS256"},"kid":"${header.kid}"}`),
  ],
  ["kid missing", "no_kid", ({ claims, sign }) => sign(claims, { kid: null })],
  ["kid empty", "no_kid", ({ claims, sign }) => sign(claims, { kid: "" })],
  ["kid a number", "no_kid", ({ claims, sign }) => sign(claims, { kid: 1 })],
  ["kid a list", "no_kid", ({ claims, header, sign }) => sign(claims, { kid: [header.kid] })],
  ["kid an object", "no_kid", ({ claims, sign }) => sign(claims, { kid: {} })],
  ["kid of 257 characters", "no_kid", ({ claims, sign }) => sign(claims, { kid: "k".repeat(257) })],
  [
    "kid only in __proto__",
    "no_kid",
    ({ claims, header, sign }) => sign(claims, `{"alg":"RS256","__proto__":{"kid":"${header.kid}"}}`),
  ],
  ["crit empty", "critical_header", ({ claims, sign }) => sign(claims, { crit: [] })],
  ["crit that names exp", "critical_header", ({ claims, sign }) => sign(claims, { crit: ["exp"], exp: 1 })],
  [
    "crit that names b64",
    "critical_header",
    ({ claims, sign }) => sign(claims, { crit: ["b64"], b64: true }),
  ],
  [
    "crit null",
    "critical_header",
    ({ claims, header, sign }) => sign(claims, `{"alg":"RS256","kid":"${header.kid}","crit":null}`),
  ],
];

const payloads: Row[] = [
  ["no JSON", "malformed_payload", ({ sign }) => sign("{")],
  ["a list", "malformed_payload", ({ claims, sign }) => sign(JSON.stringify([claims]))],
  ["a string", "malformed_payload", ({ sign }) => sign('"claims"')],
  ["null", "malformed_payload", ({ sign }) => sign("null")],
  ["a NUL after the JSON", "malformed_payload", ({ claims, sign }) => sign(`${JSON.stringify(claims)}\0`)],
  ["a byte-order mark", "malformed_payload", ({ claims, sign }) => sign(`\ufeff${JSON.stringify(claims)}`)],
  [
    "aud twice",
    "malformed_payload",
    ({ claims, sign }) =>
      sign(JSON.stringify(claims).replace("{", `{"aud":"https://elsewhere.example.com",`)),
  ],
  [
    "repository_id twice, once escaped",
    "malformed_payload",
    ({ claims, sign }) => sign(JSON.stringify(claims).replace("{", `{"repository\\u005fid":"1",`)),
  ],
  [
    "a name twice in an object within",
    "malformed_payload",
    ({ claims, sign }) => sign(JSON.stringify(claims).replace("{", `{"act":{"sub":"a","sub":"b"},`)),
  ],
];

function issuedBy(iss: unknown): Row[2] {
  return ({ claims }) =>
    signWith(attacker.privateKey, { alg: "RS256", typ: "JWT", kid: "attackers" }, { ...claims, iss });
}

const issuers: Row[] = [
  ["an issuer of the attacker's", "unknown_issuer", (given) => issuedBy(attackers.url)(given)],
  ["an address within", "unknown_issuer", issuedBy("http://169.254.169.254/latest/meta-data")],
  ["a file", "unknown_issuer", issuedBy("file:///etc/passwd")],
  ["no iss", "unknown_issuer", issuedBy(undefined)],
  ["iss null", "unknown_issuer", issuedBy(null)],
  ["iss empty", "unknown_issuer", issuedBy("")],
  ["iss a number", "unknown_issuer", issuedBy(1)],
  ["iss constructor", "unknown_issuer", issuedBy("constructor")],
  ["iss an object", "unknown_issuer", ({ claim, claims }) => claim({ iss: { url: claims.iss } })],
  ["iss a list of the right one", "unknown_issuer", ({ claim, claims }) => claim({ iss: [claims.iss] })],
  ["iss with a slash at the end", "unknown_issuer", ({ claim, claims }) => claim({ iss: `${claims.iss}/` })],
  ["iss with a blank at the end", "unknown_issuer", ({ claim, claims }) => claim({ iss: `${claims.iss} ` })],
  ["iss with a line end", "unknown_issuer", ({ claim, claims }) => claim({ iss: `${claims.iss}\n` })],
  [
    "iss in capitals",
    "unknown_issuer",
    ({ claim, claims }) => claim({ iss: String(claims.iss).toUpperCase() }),
  ],
  ["iss that goes on", "unknown_issuer", ({ claim, claims }) => claim({ iss: `${claims.iss}.example.com` })],
  [
    "iss with a user",
    "unknown_issuer",
    ({ claim, claims }) => claim({ iss: String(claims.iss).replace("//", "//a@") }),
  ],
  [
    "the right host by another name",
    "unknown_issuer",
    ({ claim, claims }) => claim({ iss: String(claims.iss).replace("127.0.0.1", "localhost") }),
  ],
  [
    "the slug of an enterprise that is not listed",
    "unknown_issuer",
    ({ claim, claims }) => claim({ iss: `${claims.iss}/another-enterprise` }),
  ],
  [
    "only in __proto__",
    "unknown_issuer",
    ({ claims, sign }) => sign(`{"__proto__":{"iss":"${claims.iss}"},"aud":"${audience}"}`),
  ],
];

/** From here on a key is needed, so that the issuer may be asked. It alone. */
const keys: Row[] = [
  [
    "a key of the attacker's under the issuer's kid",
    "bad_signature",
    ({ header, claims }) => signWith(attacker.privateKey, header, claims),
  ],
  [
    "a key that it brings along as jwk",
    "bad_signature",
    ({ header, claims }) => signWith(attacker.privateKey, { ...header, jwk: attackersJwk() }, claims),
  ],
  [
    "a key set that it names as jku",
    "unknown_key",
    ({ header, claims }) =>
      signWith(attacker.privateKey, { ...header, kid: "attackers", jku: attackers.url }, claims),
  ],
  [
    "a certificate that it names as x5u",
    "bad_signature",
    ({ header, claims }) => signWith(attacker.privateKey, { ...header, x5u: attackers.url }, claims),
  ],
  [
    "a certificate that it brings along as x5c",
    "bad_signature",
    ({ header, claims }) => signWith(attacker.privateKey, { ...header, x5c: [encode(publicDer())] }, claims),
  ],
  [
    "a kid that is a path",
    "unknown_key",
    ({ claims, sign }) => sign(claims, { kid: "../../../../dev/null" }),
  ],
  ["a kid that is a URL", "unknown_key", ({ claims, sign }) => sign(claims, { kid: attackers.url })],
  ["a kid that is SQL", "unknown_key", ({ claims, sign }) => sign(claims, { kid: "' UNION SELECT 'a" })],
  [
    "the kid __proto__",
    "unknown_key",
    ({ claims, sign }) => sign(claims, '{"alg":"RS256","typ":"JWT","kid":"__proto__"}'),
  ],
  ["the kid constructor", "unknown_key", ({ claims, sign }) => sign(claims, { kid: "constructor" })],
  [
    "the kid in capitals",
    "unknown_key",
    ({ claims, header, sign }) => sign(claims, { kid: String(header.kid).toUpperCase() }),
  ],
  [
    "a payload that was changed",
    "bad_signature",
    ({ head, claims, signature }) => `${head}.${encode({ ...claims, repository_id: "1" })}.${signature}`,
  ],
  [
    "a payload in another order",
    "bad_signature",
    ({ head, claims, signature }) =>
      `${head}.${encode(Object.fromEntries(Object.entries(claims).reverse()))}.${signature}`,
  ],
  [
    "a header that was changed",
    "bad_signature",
    ({ header, body, signature }) => `${encode({ ...header, typ: "at+jwt" })}.${body}.${signature}`,
  ],
  [
    "the signature of another token",
    "bad_signature",
    async ({ head, body, job }) => `${head}.${body}.${(await job.token(audience)).split(".")[2]}`,
  ],
  [
    "a signature of zeros",
    "bad_signature",
    ({ head, body }) => `${head}.${body}.${encode(Buffer.alloc(256))}`,
  ],
  ["a signature of one byte", "bad_signature", ({ head, body }) => `${head}.${body}.AA`],
  [
    "half a signature",
    "bad_signature",
    ({ head, body, signature }) => `${head}.${body}.${signature.slice(0, 172)}`,
  ],
  [
    "a signature with a byte more",
    "bad_signature",
    ({ head, body, signature }) =>
      `${head}.${body}.${encode(Buffer.concat([Buffer.from(signature, "base64url"), Buffer.of(0)]))}`,
  ],
  [
    "a signature with a byte more in front",
    "bad_signature",
    ({ head, body, signature }) =>
      `${head}.${body}.${encode(Buffer.concat([Buffer.of(0), Buffer.from(signature, "base64url")]))}`,
  ],
];

function publicDer(): Buffer {
  return attacker.publicKey.export({ type: "spki", format: "der" });
}

function keyOf({ privateKeyPem }: IssuerReport): KeyObject {
  return createPrivateKey(privateKeyPem);
}

const audiences: Row[] = [
  ["a list of ours", [audience]],
  ["a list with ours", [audience, "https://elsewhere.example.com"]],
  ["another's", "https://elsewhere.example.com"],
  ["GitHub's default", "https://github.com/octo-org"],
  ["ours with a slash", `${audience}/`],
  ["ours with a path", `${audience}/v1/token`],
  ["ours in capitals", audience.toUpperCase()],
  ["ours with a blank", ` ${audience}`],
  ["ours with a line end", `${audience}\n`],
  ["the start of ours", audience.slice(0, -1)],
  ["two in one string", `${audience} https://elsewhere.example.com`],
  ["none", undefined],
  ["null", null],
  ["empty", ""],
  ["an object", { 0: audience }],
].map(([name, aud]) => [String(name), "wrong_audience", ({ claim }) => claim({ aud })]);

const times: Row[] = [
  ["exp missing", "malformed_time", ({ claim }) => claim({ exp: undefined })],
  ["exp null", "malformed_time", ({ claim }) => claim({ exp: null })],
  ["exp a string", "malformed_time", ({ claim }) => claim({ exp: String(seconds() + 300) })],
  ["exp a list", "malformed_time", ({ claim }) => claim({ exp: [seconds() + 300] })],
  [
    "exp without end",
    "malformed_time",
    ({ claims, sign }) => sign(JSON.stringify({ ...claims, exp: "END" }).replace('"END"', "1e999")),
  ],
  ["exp long ago", "expired", ({ claim }) => claim({ exp: 0 })],
  ["exp before there was time", "expired", ({ claim }) => claim({ exp: -1 })],
  ["exp 31 seconds ago", "expired", ({ claim }) => claim({ exp: seconds() - 31 })],
  [
    "exp in milliseconds, and old",
    "too_old",
    ({ claim }) => claim({ exp: Date.now() + 300_000, iat: seconds() - 86_400 }),
  ],
  ["nbf missing", "malformed_time", ({ claim }) => claim({ nbf: undefined })],
  ["nbf a string", "malformed_time", ({ claim }) => claim({ nbf: "0" })],
  ["nbf in 60 seconds", "not_yet_valid", ({ claim }) => claim({ nbf: seconds() + 60 })],
  ["nbf in milliseconds", "not_yet_valid", ({ claim }) => claim({ nbf: Date.now() })],
  ["iat missing", "malformed_time", ({ claim }) => claim({ iat: undefined })],
  ["iat true", "malformed_time", ({ claim }) => claim({ iat: true })],
  ["iat a string", "malformed_time", ({ claim }) => claim({ iat: String(seconds()) })],
  ["iat in 60 seconds", "issued_in_the_future", ({ claim }) => claim({ iat: seconds() + 60 })],
  [
    "ten minutes and a second old, good for six hours",
    "too_old",
    ({ claim }) => claim({ iat: seconds() - 601, exp: seconds() + 21_600 }),
  ],
  [
    "a day old, good for a year",
    "too_old",
    ({ claim }) => claim({ iat: seconds() - 86_400, exp: seconds() + 31_536_000 }),
  ],
];

const strings = [
  "jti",
  "sub",
  "repository",
  "repository_id",
  "repository_owner_id",
  "ref",
  "event_name",
  "workflow_ref",
  "run_id",
  "run_attempt",
  "sha",
] as const;

const shapes: Row[] = strings.flatMap((name): Row[] => {
  const expected: Rejection = `malformed_claim:${name}`;
  return [
    [`${name} missing`, expected, ({ claim }) => claim({ [name]: undefined })],
    [`${name} a number`, expected, ({ claim }) => claim({ [name]: 1296269 })],
    [`${name} null`, expected, ({ claim }) => claim({ [name]: null })],
    [`${name} a list`, expected, ({ claim, claims }) => claim({ [name]: [claims[name]] })],
    ...(name === "ref"
      ? []
      : [[`${name} empty`, expected, ({ claim }) => claim({ [name]: "" })] satisfies Row]),
  ];
});

const ids = ["repository_id", "repository_owner_id", "run_id", "run_attempt", "check_run_id"] as const;
const noDigits = [" 1", "1\n", "+1", "-1", "1.0", "1e3", "0x1", "1,2", "１２", "*", "1".repeat(21)];

const digits: Row[] = [
  ...ids.flatMap((name) =>
    noDigits.map(
      (value): Row => [
        `${name} ${JSON.stringify(value)}`,
        `malformed_claim:${name}`,
        ({ claim }) => claim({ [name]: value }),
      ],
    ),
  ),
  ["check_run_id a number", "malformed_claim:check_run_id", ({ claim }) => claim({ check_run_id: 1 })],
  ["check_run_id null", "malformed_claim:check_run_id", ({ claim }) => claim({ check_run_id: null })],
  ["check_run_id empty", "malformed_claim:check_run_id", ({ claim }) => claim({ check_run_id: "" })],
];

const withoutTheNetwork = { form: malformed, header: headers, payload: payloads, issuer: issuers };
const withTheIssuersKeys = { key: keys, audience: audiences, time: times, claim: shapes, digits };

test("there are at least 80 hostile tokens, each under a name of its own", () => {
  const named = Object.entries({ ...withoutTheNetwork, ...withTheIssuersKeys }).flatMap(([subject, rows]) =>
    rows.map(([name]) => `${subject}: ${name}`),
  );
  expect(named.length).toBeGreaterThanOrEqual(80);
  expect(new Set(named).size).toBe(named.length);
});

for (const [subject, rows] of Object.entries(withoutTheNetwork)) {
  test.each(rows)(`${subject}: %s is rejected as %s, and nobody is asked`, async (_name, expected, make) => {
    const { verify, opened } = createVerifier(trusted(world.github));
    expect(await verify(await make(material))).toBe(expected);
    expect(opened).toEqual([]);
    expect(attackers.requests).toBe(0);
  });
}

for (const [subject, rows] of Object.entries(withTheIssuersKeys)) {
  test.each(rows)(`${subject}: %s is rejected as %s`, async (_name, expected, make) => {
    const { verify, opened } = createVerifier(trusted(world.github));
    expect(await verify(await make(material))).toBe(expected);
    // One question for the keys, and none to anybody else.
    expect(opened).toEqual([world.github.url]);
    expect(attackers.requests).toBe(0);
  });
}

test("the token that all of these were made of is good", async () => {
  const { verify } = createVerifier(trusted(world.github));
  expect(await verify(material.token)).toBe("verified");
  expect(await verify(await material.claim({}))).toBe("verified");
});
