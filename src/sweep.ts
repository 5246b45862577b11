import "./action/keep-memory-small.ts";
import { runStep } from "./action/run-step.ts";
import { sweep } from "./action/sweep.ts";

void runStep(sweep);
