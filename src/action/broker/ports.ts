import type { FastlyApi } from "../../fastly/index.ts";
import type { Transport } from "../../http/transport.ts";

/** Where the runner gives out GitHub's OIDC tokens; empty where the job has no `id-token: write`. */
export interface JwtSource {
  requestUrl: string;
  requestToken: string;
}

/** Everything that asking the broker touches, handed in. */
export interface BrokerPorts {
  /** Fastly's client: its time, clock and jitter hold for the broker as well, and a token that is not as asked ends through it. */
  api: FastlyApi;
  /** To the broker. */
  transport: Transport;
  source: JwtSource;
  /** Opens a transport to the origin of the source's URL. */
  openTransport: (origin: string) => Transport;
  userAgent: string;
  hide: (secret: string) => void;
}
