/*
 * Imported before all else. What runs at the top level runs when the package is built: what it draws at random, or
 * reads of the time, would be the same in every request. The runtime itself refuses `performance` then.
 */
const forbidden: readonly [object, string][] = [
  [Math, "random"],
  [Date, "now"],
  [crypto, "randomUUID"],
  [crypto, "getRandomValues"],
];

const allowed = forbidden.map(([owner, name]) => Reflect.get(owner, name));

for (const [owner, name] of forbidden) Reflect.set(owner, name, refuse);

function refuse(): never {
  throw new Error("The top level draws at random or reads the time.");
}

/** Called at the end of the top level. */
export function endTopLevel(): void {
  for (const [index, [owner, name]] of forbidden.entries()) Reflect.set(owner, name, allowed[index]);
}
