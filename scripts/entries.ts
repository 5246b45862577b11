/** What `action.yml` runs: each entry is bundled to `dist/<name>/index.js`. */
export const entries: Readonly<Record<string, string>> = {
  main: "src/main.ts",
  post: "src/post.ts",
  revoke: "src/revoke.ts",
  sweep: "src/sweep.ts",
};
