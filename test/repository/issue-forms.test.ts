import { globSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/* What GitHub asks of issue forms: https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */

const text = z.string().trim().min(1);
const validations = z.strictObject({ required: z.boolean() }).optional();
const about = { label: text, description: text.optional() };
const field = { id: z.string().regex(/^[\w-]+$/), validations };
const options = z.array(text).min(1).refine(areUnique).refine(hasNoNone);

const element = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("markdown"), attributes: z.strictObject({ value: text }) }),
  z.strictObject({
    type: z.literal("input"),
    attributes: z.strictObject({ ...about, placeholder: text.optional(), value: text.optional() }),
    ...field,
  }),
  z.strictObject({
    type: z.literal("textarea"),
    attributes: z.strictObject({
      ...about,
      placeholder: text.optional(),
      value: text.optional(),
      render: text.optional(),
    }),
    ...field,
  }),
  z.strictObject({
    type: z.literal("dropdown"),
    attributes: z.strictObject({
      ...about,
      options,
      multiple: z.boolean().optional(),
      default: z.number().optional(),
    }),
    ...field,
  }),
  z.strictObject({
    type: z.literal("checkboxes"),
    attributes: z.strictObject({
      ...about,
      options: z.array(z.strictObject({ label: text, required: z.boolean().optional() })).min(1),
    }),
    ...field,
  }),
]);

type Element = z.infer<typeof element>;

const form = z.strictObject({
  name: text,
  description: text.max(200),
  title: text.optional(),
  labels: z.array(text).optional(),
  body: z
    .array(element)
    .refine((body) => fieldsOf(body).length > 0, "has nothing to fill in")
    .refine((body) => areUnique(fieldsOf(body).map(({ id }) => id)), "uses an ID twice")
    .refine(
      (body) => areUnique(fieldsOf(body).map(({ attributes }) => attributes.label)),
      "uses a label twice",
    ),
});

const chooser = z.strictObject({
  blank_issues_enabled: z.boolean(),
  contact_links: z.array(z.strictObject({ name: text, url: z.url({ protocol: /^https$/ }), about: text })),
});

const folder = ".github/ISSUE_TEMPLATE";
const forms = globSync(`${folder}/*.yml`)
  .filter((path) => !path.endsWith("/config.yml"))
  .sort();

test.each(forms)("%s is an issue form", (path) => {
  form.parse(read(path));
});

test.each([
  ["a label twice", (body: Element[]) => [...body, ...body.map((part) => ({ ...part, id: "other" }))]],
  ["an unknown type", (body: Element[]) => [...body, { type: "radio", attributes: { label: "One" } }]],
  ["nothing to fill in", (body: Element[]) => body.filter(({ type }) => type === "markdown")],
])("a form with %s is none", (_, broken) => {
  const { body, ...rest } = form.parse(read(`${folder}/bug.yml`));
  expect(form.safeParse({ ...rest, body: broken(body) }).success).toBe(false);
});

test("security reports and questions about errors are led elsewhere, and every issue to a form", () => {
  const { blank_issues_enabled, contact_links } = chooser.parse(read(`${folder}/config.yml`));
  expect(blank_issues_enabled).toBe(false);
  expect(contact_links.map(({ url }) => new URL(url).pathname.split("/").slice(3).join("/"))).toEqual([
    "security/advisories/new",
    "blob/main/docs/troubleshooting.md",
  ]);
});

test.each(["bug.yml", "assumption.yml"])("whoever fills in %s has to say that no secret is in it", (name) => {
  const { body } = form.parse(read(`${folder}/${name}`));
  const asked = body.flatMap((part) => (part.type === "checkboxes" ? part.attributes.options : []));
  expect(asked).toEqual([
    expect.objectContaining({ label: expect.stringMatching(/password.*token/), required: true }),
  ]);
});

test("code owners are named for every file", () => {
  const rules = readFileSync(".github/CODEOWNERS", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(rules).toEqual([expect.stringMatching(/^\*( @[\w-]+(\/[\w.-]+)?)+$/)]);
});

function read(path: string): unknown {
  return parse(readFileSync(path, "utf8"));
}

function fieldsOf(body: readonly Element[]) {
  return body.filter((part) => part.type !== "markdown");
}

function areUnique(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

/** GitHub keeps this word for itself. */
function hasNoNone(texts: readonly string[]): boolean {
  return !texts.some((option) => /^none$/i.test(option));
}
