import { parseArgs } from "node:util";
import { type OtpSource, otpSourceFrom } from "../../src/token/otp.ts";
import type { Account } from "./run.ts";

export const usage = `Usage: npm run verify -- [--real [--api-url URL]] [--out FILE]

  --real         asks Fastly, with a user of yours; without it, an emulator that this starts
  --api-url URL  where the API is; https://api.fastly.com unless given
  --out FILE     writes the report there; without it, to the standard output

With --real, the environment says who asks:

  FASTLY_USERNAME, FASTLY_PASSWORD   a user who may create tokens; preferably one of a test account
  FASTLY_TOTP_SECRET                 of a user with two-factor authentication
  FASTLY_SERVICE_ID                  a service of the account; it is read, and not changed
  FASTLY_OTHER_SERVICE_ID            another one

It checks what docs/how-we-know.md lists. The password is sent four times at most, and never a wrong one. The run creates
tokens, about 15, and revokes all of them; whatever happens, they expire within 15 minutes.
`;

export type Options =
  | { kind: "help" }
  | { kind: "mistake"; message: string }
  | { kind: "verify"; account: Account | "emulator"; out: string | undefined };

export async function readOptions(args: string[], env: NodeJS.ProcessEnv): Promise<Options> {
  const values = parse(args);
  if (values instanceof Error) return { kind: "mistake", message: values.message };
  const { real, out } = values;
  if (values.help) return { kind: "help" };
  if (real) {
    const account = await readAccount(values["api-url"] ?? "https://api.fastly.com", env);
    return typeof account === "string"
      ? { kind: "mistake", message: account }
      : { kind: "verify", account, out };
  }
  if (values["api-url"] !== undefined) return { kind: "mistake", message: "--api-url needs --real." };
  return { kind: "verify", account: "emulator", out };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        real: { type: "boolean", default: false },
        "api-url": { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

/** @returns what is wrong, without quoting it: a value may stand in the wrong variable */
async function readAccount(apiUrl: string, env: NodeJS.ProcessEnv): Promise<Account | string> {
  if (!mayCarryPasswords(apiUrl)) return "--api-url is not an https:// URL.";
  const { FASTLY_USERNAME: username, FASTLY_PASSWORD: password, FASTLY_TOTP_SECRET: secret } = env;
  if (!username || !password) return "--real needs FASTLY_USERNAME and FASTLY_PASSWORD.";
  const otp = await readOtp(secret);
  if (typeof otp === "string") return otp;
  const [service, otherService] = [
    env.FASTLY_SERVICE_ID || undefined,
    env.FASTLY_OTHER_SERVICE_ID || undefined,
  ];
  const isWrong = [service, otherService].some((id) => id !== undefined && !/^[A-Za-z0-9]{18,24}$/.test(id));
  if (isWrong)
    return "FASTLY_SERVICE_ID and FASTLY_OTHER_SERVICE_ID must be service IDs: 18 to 24 letters and digits.";
  return { apiUrl, username, password, otp, service, otherService };
}

async function readOtp(secret: string | undefined): Promise<OtpSource | string> {
  if (!secret) return { kind: "none" };
  try {
    return await otpSourceFrom(secret);
  } catch (error) {
    return `FASTLY_TOTP_SECRET ${error instanceof Error ? error.message : "cannot be read."}`;
  }
}

/** Over https, or on this machine alone. */
function mayCarryPasswords(text: string): boolean {
  const url = URL.parse(text);
  if (url?.username || url?.password || url?.search || url?.hash) return false;
  if (url?.protocol === "https:") return true;
  return url?.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
}
