const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => controller.abort());

/**
 * Aborts what is under way when the job is cancelled, so that the step ends long before it is killed. It listens as soon
 * as this file is loaded: a step that is interrupted while it reads its inputs reports that, too.
 */
export const interruption: AbortSignal = controller.signal;
