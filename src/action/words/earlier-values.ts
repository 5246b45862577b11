/* Loaded only where main found a value that it could not keep for `revoke`. */

export function earlierValuesNotKept(variables: readonly string[], code: string): string {
  return `The values that ${variables.join(", ")} held before could not be saved for the revoke action (${code}). If it revokes this token, these variables become empty.`;
}
