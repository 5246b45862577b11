/** What `action.yml` runs: `dist/<name>/index.js`, which calls the function of this name in src/steps.ts. */
export const entries = ["main", "post", "revoke", "sweep"] as const;
