import * as core from "@actions/core";
import { isKey } from "../../fastly/shapes.ts";
import { isPlain } from "../../text/one-line.ts";
import { basicForm } from "../../text/secret-forms.ts";
import type { Credentials } from "../../token/minting.ts";
import { type OtpSource, otpSourceFrom, readTotpSecret } from "../../token/otp.ts";
import { hide } from "../log.ts";
import { type Inputs, invalid, together, valid } from "./input.ts";
import { isInQuotes, isMasked } from "./slips.ts";

/** What a user signs in with, as the inputs have it; masked. */
export interface GivenCredentials {
  username: string;
  password: string;
  totpSecret: string;
}

/** Reads and masks the credentials, whatever they are. */
export function readCredentials(): GivenCredentials {
  const username = readSecret("username").trim();
  const password = readSecret("password");
  const totpSecret = readSecret("totp-secret").trim();
  if (username !== "" && password !== "") hide(basicForm(username, password));
  const totp = totpSecret === "" ? "" : readTotpSecret(totpSecret);
  if (typeof totp !== "string") for (const form of [totp.secret, totp.secret.toLowerCase()]) hide(form);
  return { username, password, totpSecret };
}

/** Judges credentials; nothing of them is ever quoted. */
export async function judgeCredentials({
  username,
  password,
  totpSecret,
}: GivenCredentials): Promise<Inputs<Credentials>> {
  return together<Credentials>({
    username: judgeSecret("username", username),
    password: judgeSecret("password", password),
    otpSource: await judgeTotpSecret(totpSecret),
  });
}

const whyEmpty = [
  "If the value comes from an environment secret, the job must name that environment with environment:.",
  "Otherwise, check the secret's name.",
  "Workflows triggered by a fork or by Dependabot do not get the repository's secrets.",
].join(" ");

function judgeSecret(input: "username" | "password", value: string): Inputs<string> {
  if (value === "") return invalid(input, `is empty. ${whyEmpty}`);
  const slip = secretSlip(value) ?? (input === "username" ? usernameSlip(value) : undefined);
  return slip === undefined ? valid(value) : invalid(input, slip);
}

/** What is wrong with a secret's form, whatever it is; nothing of it is quoted. */
export function secretSlip(value: string): string | undefined {
  if (isInQuotes(value))
    return "begins and ends with quotation marks. Store the secret without them: GitHub keeps every character of it.";
  if (value !== value.trim() || (!isPlain(value) && /^\p{Cf}|\p{Cf}$/u.test(value)))
    return "begins or ends with a space or an invisible character. Store the secret without it: GitHub keeps every character of it.";
  if (/\$\{\{.*\}\}/s.test(value))
    return "contains an expression that GitHub did not evaluate. Write it in the workflow, not in a secret.";
  if (isMasked(value))
    return "contains only asterisks, which GitHub shows in place of a secret. Store the secret itself.";
  if (!isPlain(value) && /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value))
    return "contains a line break or another control character, so more than the secret was stored. Store only the secret.";
  return undefined;
}

/** Fastly's users sign in with their e-mail address. */
function usernameSlip(value: string): string | undefined {
  const isAddressAlone = !/[\s,;<>＠]|^mailto:|%40|^@|@$/i.test(value);
  return isAddressAlone
    ? undefined
    : "contains more than an email address, or a character that an email address cannot have. Use only the user's email address.";
}

async function judgeTotpSecret(secret: string): Promise<Inputs<OtpSource>> {
  if (secret === "") return valid({ kind: "none" });
  const parameters = readTotpSecret(secret);
  if (typeof parameters !== "string") return valid(await otpSourceFrom(secret));
  return invalid("totp-secret", secretSlip(secret) ?? parameters);
}

export function judgeKey(input: string, key: string): Inputs<string> {
  const slip = secretSlip(key);
  if (slip !== undefined) return invalid(input, slip);
  if (isKey(key)) return valid(key);
  return invalid(input, "is not a Fastly token. A token consists of printable characters without spaces.");
}

/** A secret is masked as it is read. Line ends around it come from the shell that stored it. */
export function readSecret(input: string): string {
  const given = core.getInput(input, { trimWhitespace: false });
  const used = given.replace(/^[\r\n]+|[\r\n]+$/g, "");
  for (const form of new Set([given, used, used.trim()])) hide(form);
  return used;
}
