import type { FaultRule } from "../support/emulator.ts";
import type { Stage } from "../support/runner.ts";
import type { Circumstance } from "./circumstances.ts";
import type { End } from "./row.ts";

/** One of the requests that a job makes, and what it takes to make the job make it. */
export type Target = {
  title: string;
  stage: Stage;
  match: FaultRule["match"];
  /** How many requests its step makes before it. */
  precededBy: number;
  /** Whether it changes anything. Of one that does not, it makes no difference when it fails. */
  changes: boolean;
  circumstances: readonly Circumstance[];
  /** What the circumstances alone leave. */
  leaves?: End;
};

/** Every request that main and post can make. */
export const targets: readonly Target[] = [
  {
    title: "main's create",
    stage: "main",
    match: { method: "POST", path: "/tokens" },
    precededBy: 0,
    changes: true,
    circumstances: [],
  },
  {
    title: "main's revoke of a wrong token",
    stage: "main",
    match: { method: "DELETE", path: "/tokens/self" },
    precededBy: 1,
    changes: true,
    circumstances: ["server's clock behind"],
  },
  {
    title: "post's revoke",
    stage: "post",
    match: { method: "DELETE", path: "/tokens/self" },
    precededBy: 0,
    changes: true,
    circumstances: [],
  },
  {
    title: "post's second look",
    stage: "post",
    match: { method: "DELETE", path: "/tokens/self", skip: 1 },
    precededBy: 1,
    changes: true,
    circumstances: ["token not known yet"],
  },
  {
    title: "recovery's create of a helper",
    stage: "post",
    match: { method: "POST", path: "/tokens" },
    precededBy: 1,
    changes: true,
    circumstances: ["post's revoke forbidden"],
    // A helper whose answer is lost expires within two minutes: it is looked for, and not waited for.
    leaves: "gone or reported",
  },
  {
    title: "recovery's list",
    stage: "post",
    match: { method: "GET", path: "/tokens" },
    precededBy: 2,
    changes: false,
    circumstances: ["create's answer lost"],
  },
  {
    title: "recovery's revoke",
    stage: "post",
    match: { method: "DELETE", path: "/tokens/:id" },
    precededBy: 2,
    changes: true,
    circumstances: ["post's revoke forbidden"],
  },
  {
    title: "recovery's revoke of a lost token",
    stage: "post",
    match: { method: "DELETE", path: "/tokens/:id" },
    precededBy: 3,
    changes: true,
    circumstances: ["create's answer lost"],
  },
  {
    title: "recovery's look-up",
    stage: "post",
    match: { method: "GET", path: "/tokens/:id" },
    precededBy: 3,
    changes: false,
    circumstances: ["post's revoke forbidden", "revoke by ID forbidden"],
    leaves: "gone or reported",
  },
  {
    title: "the helper's own revoke",
    stage: "post",
    match: { method: "DELETE", path: "/tokens/self", skip: 1 },
    precededBy: 3,
    changes: true,
    circumstances: ["post's revoke forbidden"],
  },
];
