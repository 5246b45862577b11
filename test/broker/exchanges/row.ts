import type { Answer, BrokerHost } from "../../support/broker.ts";
import type { AddedUser } from "../../support/emulator.ts";
import type { GitHubJob } from "../../support/github-oidc.ts";
import type { World } from "../service/world.ts";

/** What an exchange takes place in: it is the same for every host. */
export type Setup = {
  world: World;
  /** The user of the rule `web-purge`. */
  user: AddedUser;
  /** A job that the rule `web-purge` matches. */
  job: GitHubJob;
};

/** An exchange or a refusal that every host of the broker answers in the same way. */
export type Row = {
  name: string;
  /** Sends what leads to the answer, and returns it. */
  send: (host: BrokerHost, setup: Setup) => Promise<Answer>;
  status: number;
  /** Of a refusal. */
  code?: string;
};

/** What an answer says, whichever host gave it and at what time. */
export function comparable({ status, headers, text }: Answer) {
  const said = [...headers]
    .filter(([name]) => !ofTheConnection.has(name))
    .map(([name, value]) => [
      name,
      // When a token expires may be a second earlier for who asks later.
      name === "retry-after" && Number(value) > 60 ? "later" : value,
    ]);
  return { status, headers: Object.fromEntries(said), text: drawn.reduce(withoutDrawn, text) };
}

const ofTheConnection: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
]);

/** What is drawn, or read from the clock, for each answer anew. */
const drawn: readonly RegExp[] = [
  /(?<="request_id":")[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=")/g,
  /(?<="access_token":")[\w-]{32}(?=")/g,
  /(?<="token_id":")\w{22}(?=")/g,
  /(?<="expires_at":")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=")/g,
  /(?<="expires_in":)\d+/g,
  /(?<="name":"\S+ )[0-9a-f]{20}(?=\.1 )/g,
];

function withoutDrawn(text: string, pattern: RegExp): string {
  return text.replace(pattern, "DRAWN");
}
