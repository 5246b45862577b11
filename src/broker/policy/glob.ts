/**
 * Whether a glob matches a whole text. `*` stands for any characters but `/`, also for none; everything else stands
 * for itself. Takes time in proportion to the product of the lengths at most, whatever the glob.
 */
export function matchesGlob(glob: string, text: string): boolean {
  const globs = glob.split("/");
  const parts = text.split("/");
  return globs.length === parts.length && globs.every((part, index) => matchesPart(part, parts[index] ?? ""));
}

function matchesPart(glob: string, text: string): boolean {
  let inGlob = 0;
  let inText = 0;
  // Where the last star stands, and how far the text was when it was met: it takes one character more each time.
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    if (glob[inGlob] === "*") {
      star = inGlob;
      resume = inText;
      inGlob += 1;
    } else if (glob[inGlob] === text[inText]) {
      inGlob += 1;
      inText += 1;
    } else if (star !== -1) {
      inGlob = star + 1;
      resume += 1;
      inText = resume;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === "*") inGlob += 1;
  return inGlob === glob.length;
}
