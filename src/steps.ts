/*
 * The root of the one bundle that ships. What action.yml runs are files of one line each, which load this and call one
 * of these: what the steps share is there once, and each step loads no more than it needs.
 */

export const main = () => import("./main.ts");
export const post = () => import("./post.ts");
export const revoke = () => import("./revoke.ts");
export const sweep = () => import("./sweep.ts");
