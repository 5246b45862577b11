/*
 * Loaded into a step before anything else: gives its machine a clock that is ahead of this one's by so many
 * milliseconds as MACHINE_CLOCK_OFFSET_MS says.
 */
const offset = Number(process.env.MACHINE_CLOCK_OFFSET_MS);
const RealDate = Date;
const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length > 0 ? given : [now()], newTarget),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
