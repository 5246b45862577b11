import { asFastlyError, type FastlyApi, FastlyError, type Token } from "../fastly/index.ts";
import { type OnMalformed, readIdAndName } from "../fastly/shapes.ts";
import { askWithFreshKey, freshWaitsMs } from "./fresh-key.ts";
import type { StatusProblem } from "./token-status.ts";
import { waited } from "./waited.ts";

export interface TokenList {
  kind: "listed";
  /** Each token once, whatever the response repeats. */
  tokens: Token[];
  malformed: MalformedToken[];
  /** Whether the list shows the key that read it. What another list leaves out may exist all the same. */
  showsKey: boolean;
}

/** A token that could not be read, and what could be read of it all the same. */
export interface MalformedToken {
  error: FastlyError;
  known: { id: string; name: string } | undefined;
}

export interface NotListed {
  kind: "not-listed";
  problem: StatusProblem;
}

/** Asks for a list, with a key that may be fresh. */
export type AskList = (onMalformed: OnMalformed) => Promise<Token[]>;

/** @param keyId the ID of the key that asks */
export async function readTokenList(
  api: FastlyApi,
  keyId: string,
  ask: AskList,
): Promise<TokenList | FastlyError> {
  let malformed: MalformedToken[] = [];
  const onMalformed: OnMalformed = (error, item) => {
    const [known] = readIdAndName(item);
    malformed.push({ error, known });
  };
  try {
    const listed = await askWithFreshKey(api, () => {
      malformed = [];
      return ask(onMalformed);
    });
    const tokens = [...new Map(listed.map((token) => [token.id, token])).values()];
    const showsKey = [...tokens, ...malformed.map(({ known }) => known)].some((one) => one?.id === keyId);
    return { kind: "listed", tokens, malformed, showsKey };
  } catch (error) {
    return asFastlyError(error);
  }
}

/**
 * The same, where what the list leaves out is to count as not there: a list that does not show the key that read it is
 * read again, because a fresh key may not be listed everywhere yet (assumed: known-soon), and is not believed.
 */
export async function readWholeList(
  api: FastlyApi,
  keyId: string,
  ask: AskList,
): Promise<TokenList | NotListed> {
  const withoutKey: NotListed = { kind: "not-listed", problem: { kind: "list-without-key" } };
  for (let look = 0; ; look++) {
    const list = await readTokenList(api, keyId, ask);
    if (list instanceof FastlyError)
      return look > 0 && isUnsent(list)
        ? withoutKey
        : { kind: "not-listed", problem: { kind: "error", error: list } };
    if (list.showsKey) return list;
    const waitMs = freshWaitsMs[look];
    if (waitMs === undefined || !(await waited(api, waitMs))) return withoutKey;
  }
}

/** Whether the time was used up before the list could be asked for: that adds nothing to an earlier look. */
export function isUnsent({ code, mayHaveHappened }: FastlyError): boolean {
  return code === "timed-out" && !mayHaveHappened;
}
