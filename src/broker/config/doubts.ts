import { parseUrl } from "../../text/parse-url.ts";
import { deniedEvents } from "../policy/index.ts";
import { isMap, valueAt } from "./words.ts";
import type { Mistake, Path } from "./yaml-tree.ts";

/** What works and is most likely not meant. */
export function doubts(file: unknown): Mistake[] {
  const issuers = listAt(file, ["issuers"]).map((issuer) => (isMap(issuer) ? issuer.issuer : undefined));
  return [
    ...doubt(["audience"], doubtOfAudience(valueAt(file, ["audience"]))),
    ...issuers.flatMap((issuer, index) => doubt(["issuers", index, "issuer"], doubtOfIssuer(issuer))),
    ...listAt(file, ["rules"]).flatMap((rule, index) =>
      doubtsOfRule(rule, ["rules", index, "match"], issuers),
    ),
  ];
}

function doubtsOfRule(rule: unknown, path: Path, issuers: readonly unknown[]): Mistake[] {
  const claim = (name: string) => itemsOf(valueAt(rule, ["match", name]), [...path, name]);
  return [
    ...claim("ref").flatMap(([place, ref]) => doubt(place, doubtOfRef(isMap(ref) ? ref.glob : ref))),
    ...claim("event_name").flatMap(([place, event]) => doubt(place, doubtOfEvent(event))),
    ...claim("iss").flatMap(([place, iss]) =>
      doubt(
        place,
        issuers.includes(iss) ? undefined : "No item of issuers has this issuer, so it never matches.",
      ),
    ),
    ...claim("job_workflow_ref").flatMap(([place, ref]) => doubt(place, doubtOfWorkflow(ref))),
  ];
}

function listAt(file: unknown, path: Path): readonly unknown[] {
  const value = valueAt(file, path);
  return Array.isArray(value) ? value : [];
}

/** A claim's value, or each of them, with its place. */
function itemsOf(value: unknown, path: Path): [Path, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [[...path, index], item]);
  return value === undefined ? [] : [[path, value]];
}

function doubt(path: Path, message: string | undefined): Mistake[] {
  return message === undefined ? [] : [{ path, message }];
}

/** By default a job asks for the origin of its input `broker`, as URLs are written. */
function doubtOfAudience(audience: unknown): string | undefined {
  const url = typeof audience === "string" ? parseUrl(audience) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.origin !== audience
    ? "By default, jobs ask for the origin of their input broker, in lowercase and without a path or a default port. Only jobs that set this audience in their input audience are served."
    : undefined;
}

function doubtOfIssuer(issuer: unknown): string | undefined {
  return typeof issuer === "string" && issuer.endsWith("/")
    ? "GitHub's JWTs name their issuer without a trailing slash, so this one never matches."
    : undefined;
}

function doubtOfRef(ref: unknown): string | undefined {
  return typeof ref === "string" && !ref.startsWith("refs/")
    ? "GitHub writes a ref in full, such as refs/heads/main, so this one never matches."
    : undefined;
}

function doubtOfEvent(event: unknown): string | undefined {
  return typeof event === "string" && deniedEvents.includes(event)
    ? `${event} never gets a token, whatever a rule says: such jobs can run code that nobody has reviewed. Remove it.`
    : undefined;
}

function doubtOfWorkflow(ref: unknown): string | undefined {
  return typeof ref === "string" && !ref.includes("@")
    ? "GitHub writes a workflow with its ref, such as acme/ci/.github/workflows/fastly.yml@refs/heads/main, so this one never matches."
    : undefined;
}
