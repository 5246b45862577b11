/* The one place that turns outcomes into words for a person: what failed, on what, and what to do next. */
export * from "./created.ts";
export * from "./errors.ts";
export * from "./inputs.ts";
export * from "./minting.ts";
export * from "./problems.ts";
export * from "./progress.ts";
export * from "./statuses.ts";
