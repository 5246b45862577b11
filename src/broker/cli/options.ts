/** Options of a command: `--name value` or `--name=value`; flags stand alone. */
export interface OptionNames {
  readonly values: readonly string[];
  readonly flags?: readonly string[];
}

export type Options =
  | { readonly kind: "options"; readonly all: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: "mistake"; readonly message: string };

/** Reads a command's options; what is unknown is a mistake. An option may be given several times. */
export function readOptions(args: readonly string[], { values, flags = [] }: OptionNames): Options {
  const all = new Map<string, string[]>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = "", inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const isFlag = flags.includes(name) && inline === undefined;
    if (!isFlag && !values.includes(name))
      return { kind: "mistake", message: `${JSON.stringify(arg)} is not an option of this command.` };
    const value = isFlag ? "" : (inline ?? rest.shift());
    if (value === undefined || (!isFlag && inline === undefined && value.startsWith("--")))
      return { kind: "mistake", message: `--${name} needs a value.` };
    all.set(name, [...(all.get(name) ?? []), value]);
  }
  return { kind: "options", all };
}
