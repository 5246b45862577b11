import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parsePairs } from "./pairs.ts";
import type { StepLog } from "./step-log.ts";

// In the order in which the runner reads them.
const names = ["env", "path", "step_summary", "state", "output"] as const;
type Name = (typeof names)[number];

/** The paths of a step's own files, by their variables. */
export type StepFiles = Record<Name, string>;

export type Written = {
  env: Map<string, string>;
  path: string[];
  summary: string;
  state: Map<string, string>;
  outputs: Map<string, string>;
};

const summaryLimit = 1024 * 1024;

export async function createStepFiles(directory: string, step: number): Promise<StepFiles> {
  const files = Object.fromEntries(
    names.map((name) => [name, join(directory, `${name}_${step}`)]),
  ) as StepFiles;
  for (const path of Object.values(files)) await writeFile(path, "");
  return files;
}

export function fileEnv(files: StepFiles): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`GITHUB_${name.toUpperCase()}`, files[name]]));
}

/** What a step wrote, however it ended. A file that the runner cannot read fails the step. */
export async function readStepFiles(files: StepFiles, log: StepLog): Promise<Written> {
  const written: Written = { env: new Map(), path: [], summary: "", state: log.state, outputs: log.outputs };
  for (const name of names) {
    const text = await readFile(files[name], "utf8");
    try {
      readers[name](text, written, log);
    } catch (error) {
      log.fail(`Unable to process file command '${name}' successfully. ${error}`);
    }
  }
  return written;
}

const readers: Record<Name, (text: string, written: Written, log: StepLog) => void> = {
  env(text, { env }, log) {
    for (const [key, value] of parsePairs(text)) {
      if (key.toUpperCase() === "NODE_OPTIONS")
        throw new Error("Can't store NODE_OPTIONS using '$GITHUB_ENV'.");
      env.set(key, value);
      log.writeDebug(`${key}='${value}'`);
    }
  },
  path(text, { path }) {
    path.push(...text.split(/\r?\n/u).filter((line) => line !== ""));
  },
  step_summary(text, written, log) {
    if (Buffer.byteLength(text) > summaryLimit) throw new Error("The summary is over 1024k.");
    written.summary = log.mask(text);
  },
  state(text, { state }, log) {
    for (const [key, value] of parsePairs(text)) {
      state.set(key, value);
      log.writeDebug(`Save intra-action state ${key} = ${value}`);
    }
  },
  output(text, { outputs }, log) {
    for (const [key, value] of parsePairs(text)) {
      outputs.set(key, value);
      log.writeDebug(`Set output ${key} = ${value}`);
    }
  },
};
