/** The last second that was written: one request writes the same one several times, and those that follow write it again. */
let last = { second: 0, text: "1970-01-01T00:00:00Z" };

/** `2021-01-14T11:47:46Z`: the form in which Fastly was recorded to read and write times, in whole seconds. */
export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== last.second)
    last = { second, text: `${new Date(second * 1000).toISOString().slice(0, -".000Z".length)}Z` };
  return last.text;
}
