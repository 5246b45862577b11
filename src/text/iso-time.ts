/** `2021-01-14T11:47:46Z`: the form in which Fastly was recorded to read and write times, in whole seconds. */
export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -".000Z".length)}Z`;
}
