/** Most texts. V8 takes longer to prepare one of the patterns below than to print a line. */
const plain = /^[ -~]*$/;

/** Whether a text has visible ASCII characters and spaces only. */
export function isPlain(text: string): boolean {
  return plain.test(text);
}

/** Characters that nobody sees: bidirectional controls, zero-width spaces and joiners, invisible fillers. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

/** Line ends and other control characters. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

/**
 * Puts a text on one line, as it looks: control characters become spaces, and characters that nobody sees, which
 * could reverse a sentence or hide half a word from a mask, are dropped.
 */
export function oneLine(text: string): string {
  return isPlain(text) ? text : withoutInvisible(text).replace(controls, " ");
}

/** Drops the characters that nobody sees, line ends and other control characters aside. */
export function withoutInvisible(text: string): string {
  return isPlain(text) ? text : text.replace(invisible, "");
}
