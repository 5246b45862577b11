import "./action/parse-unoptimized.ts";
import { revokeNow } from "./action/revoke-now.ts";
import { runStep } from "./action/run-step.ts";

void runStep(revokeNow);
