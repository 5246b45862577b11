/** Options of a command: `--name value` or `--name=value`; flags stand alone. */
export interface OptionNames {
  /** What they are options of, as a message names it. */
  readonly of: string;
  readonly values: readonly string[];
  readonly flags?: readonly string[];
}

export type Options =
  | { readonly kind: "options"; readonly all: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: "mistake"; readonly message: string };

/**
 * Reads a command's options; what is unknown is a mistake. An option may be given several times. What stands in the
 * wrong place may be a secret: a message states its position alone.
 */
export function readOptions(args: readonly string[], { of, values, flags = [] }: OptionNames): Options {
  const all = new Map<string, string[]>();
  for (let at = 0; at < args.length; at++) {
    const [, name = "", inline] = /^--([a-z]+(?:-[a-z]+)*)(?:=(.*))?$/s.exec(args[at] ?? "") ?? [];
    const isFlag = flags.includes(name);
    if (!isFlag && !values.includes(name)) {
      const which = name === "" || name.length > 20 ? "" : `, --${name},`;
      return mistake(`Argument ${at + 1}${which} is not an option of ${of}.`);
    }
    if (isFlag && inline !== undefined) return mistake(`--${name} takes no value.`);
    const value = isFlag ? "" : (inline ?? args[++at] ?? "");
    if (!isFlag && (value === "" || (inline === undefined && value.startsWith("--"))))
      return mistake(`--${name} needs a value.`);
    all.set(name, [...(all.get(name) ?? []), value]);
  }
  return { kind: "options", all };
}

function mistake(message: string): Options {
  return { kind: "mistake", message };
}
