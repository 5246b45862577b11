import "./action/outlive-signals.ts";
import { end } from "./action/end.ts";
import { runStep } from "./action/run-step.ts";

void runStep(end);
