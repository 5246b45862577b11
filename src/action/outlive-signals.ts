/*
 * A cancelled job signals post as well, which then must not leave its work: only a kill ends it. Imported first,
 * for its effect, because loading the rest takes a while.
 */
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
