import { styleText } from "node:util";

/** The heading of a step of the story. */
export function printHeading(text: string): void {
  console.log(`\n${styleText("bold", text)}`);
}

export function printLine(text: string): void {
  console.log(`  ${text}`);
}

/** What a process printed, or a file holds. */
export function quote(text: string): void {
  for (const line of text.split("\n")) console.log(styleText("dim", `  | ${line}`));
}

export function expect(what: string, isSo: boolean): void {
  if (!isSo) throw new Error(`Not as expected: ${what}.`);
  console.log(styleText("green", `  ✓ ${what}`));
}
