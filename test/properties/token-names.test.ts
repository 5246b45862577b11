import fc from "fast-check";
import {
  formatTokenName,
  isNameOf,
  isRepository,
  isServer,
  mayBeCutNameOf,
  nameKey,
  parseTokenName,
  type TokenName,
} from "../../src/token/token-name.ts";

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/).filter((text) => text !== "." && text !== "..");
const host = fc.stringMatching(/^[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){0,3}(:[0-9]{1,5})?$/);
const wellFormed = (most: number) =>
  fc.string({ unit: "binary", maxLength: most }).map((text) => text.toWellFormed());

const namesWith = (longest: number): fc.Arbitrary<TokenName> =>
  fc.record({
    server: host,
    repository: fc.tuple(word, word).map(([owner, repo]) => `${owner}/${repo}`),
    runId: digits(15),
    runAttempt: digits(10),
    job: wellFormed(longest).filter((job) => job !== ""),
    use: fc.constantFrom("job", "recovery", "revoke", "sweep", "broker"),
    nonce: fc.stringMatching(/^[0-9a-f]{20}$/),
    serial: fc.integer({ min: 1, max: 999_999 }),
    label: wellFormed(longest),
  });

/** Names that need not be shortened. */
const names = namesWith(64).filter((name) => !formatTokenName(name).includes("~"));

test("every name that is written reads back as what it was", () => {
  fc.assert(fc.property(names, (name) => expect(parseTokenName(formatTokenName(name))).toEqual(name)));
});

test("a name is one line of printable ASCII of 255 bytes at most, whatever is in it", () => {
  fc.assert(
    fc.property(namesWith(200), (name) => expect(formatTokenName(name)).toMatch(/^[\x20-\x7e]{1,255}$/)),
  );
});

test("a name that was shortened says whose it is, and how job and label begin", () => {
  fc.assert(
    fc.property(namesWith(200), (name) => {
      const { job, label, ...rest } = name;
      const text = formatTokenName(name);
      const read = parseTokenName(text);
      expect(isNameOf(text, text)).toBe(true);
      expect(read).toMatchObject({ nonce: rest.nonce, serial: rest.serial, use: rest.use });
      if (read?.job.endsWith("~")) expect(job.startsWith(read.job.slice(0, -1))).toBe(true);
      if (read?.label.endsWith("~")) expect(label.startsWith(read.label.slice(0, -1))).toBe(true);
    }),
  );
});

test("a token is found by its name wherever a server cuts it behind the nonce, and no other family's is", () => {
  const cuts = fc.tuple(namesWith(200), namesWith(200), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(cuts, ([name, other, at]) => {
      const text = formatTokenName(name);
      const key = nameKey(name).length;
      const cut = text.slice(0, key + (at % (text.length - key + 1)));
      expect(isNameOf(cut, text)).toBe(true);
      expect(mayBeCutNameOf(cut, text)).toBe(false);
      expect(isNameOf(formatTokenName({ ...name, serial: name.serial * 10 }), text)).toBe(false);
      if (other.nonce !== name.nonce) expect(isNameOf(formatTokenName(other), text)).toBe(false);
    }),
  );
});

test("a name that was cut before the nonce ends is not taken for the token, but may be it", () => {
  fc.assert(
    fc.property(namesWith(64), fc.integer({ min: 17, max: 46 }), (name, at) => {
      const text = formatTokenName(name);
      expect(isNameOf(text.slice(0, at), text)).toBe(false);
      expect(mayBeCutNameOf(text.slice(0, at), text)).toBe(true);
    }),
  );
});

test("what is no name of ours matches itself alone", () => {
  for (const asked of ["", "f", "fastly", "fastly-ephemeral-token/1 short"]) {
    expect(isNameOf(`${asked}x`, asked)).toBe(false);
    expect(mayBeCutNameOf(asked, asked)).toBe(false);
  }
});

test("what parses is exactly what is written: no two texts are one name", () => {
  const near = fc.tuple(names, fc.nat(), fc.string({ unit: "binary", maxLength: 3 }), fc.nat({ max: 3 }));
  fc.assert(
    fc.property(near, ([name, at, put, dropped]) => {
      const text = formatTokenName(name);
      const where = at % (text.length + 1);
      const changed = text.slice(0, where) + put + text.slice(where + dropped);
      const parsed = parseTokenName(changed);
      expect(parsed === undefined || formatTokenName(parsed) === changed).toBe(true);
      if (changed !== text) expect(parsed).not.toEqual(name);
    }),
    { numRuns: 1_000 },
  );
});

test("a name that merely resembles one of ours never parses", () => {
  const changes: ((text: string) => string)[] = [
    (text) => ` ${text}`,
    (text) => `${text} `,
    (text) => `${text}\n`,
    (text) => `x${text}`,
    (text) => text.toUpperCase(),
    (text) => text.replace("fastly-ephemeral-token/1 ", "fastly-ephemeral-token/2 "),
    (text) => text.replace("fastly-ephemeral-token/1 ", "fastly-ephemeral-token/1  "),
    (text) => text.replace(/\/1 ./, "/1 "),
    (text) => text.replace("/1 ", "/1 0"),
    (text) => text.replace(/\.(\d+)/, ".0$1"),
    (text) => text.replace(/ use=\w+/, " use=other"),
    (text) => text.replace("/actions/runs/", "/actions/run/"),
    (text) => text.replace(" job=", " job=%41"),
    (text) => text.replace(" job=", " job=%zz"),
    (text) => text.replace(" job=", " job=%ff"),
  ];
  // A label could hold what the change is about: the part before it is what is changed.
  const unlabelled = names.map((name) => ({
    ...name,
    label: "",
    server: "github.com",
    repository: "octo-org/shop",
  }));
  fc.assert(
    fc.property(unlabelled, fc.constantFrom(...changes), (name, change) => {
      expect(parseTokenName(change(formatTokenName(name)))).toBeUndefined();
    }),
  );
});

test("any text at all parses to nothing, or to what it is written from", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => expect(parseTokenName(text)).toBeUndefined()),
  );
});

test("lone surrogates become what can be encoded", () => {
  const name: TokenName = {
    server: "github.com",
    repository: "a/b",
    runId: "1",
    runAttempt: "1",
    job: "\ud800",
    use: "job",
    nonce: "0".repeat(20),
    serial: 1,
    label: "\udc00x",
  };
  expect(parseTokenName(formatTokenName(name))).toMatchObject({ job: "\ufffd", label: "\ufffdx" });
});

test.each(["a/..", "./a", "a", "a/b/c", "a/b c", "/b", "a/", "é/b"])("%j is no repository", (text) => {
  expect(isRepository(text)).toBe(false);
});

test.each(["", "Git.example.com", "a/b", "a..b", "a:", "a:123456", "a b", "a@b"])(
  "%j is no server",
  (text) => {
    expect(isServer(text)).toBe(false);
  },
);
