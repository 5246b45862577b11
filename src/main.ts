import { create } from "./action/create.ts";
import { runStep } from "./action/run-step.ts";

void runStep(create);
