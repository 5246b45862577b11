import { version } from "../version.ts";

export const userAgent = `fastly-ephemeral-token/${version}`;
