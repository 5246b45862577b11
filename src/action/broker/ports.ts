import type { FastlyApi } from "../../fastly/index.ts";
import type { Transport } from "../../http/transport.ts";

/** Where the runner gives out GitHub's OIDC tokens. */
export interface JwtSource {
  url: URL;
  /** Empty where the job has no `id-token: write`. */
  requestToken: string;
  /** To the origin of the URL. */
  transport: Transport;
}

/** Everything that asking the broker touches, handed in. */
export interface BrokerPorts {
  /** Fastly's client: its time, clock and jitter hold for the broker as well, and a token that is not as asked ends through it. */
  api: FastlyApi;
  /** To the broker. */
  transport: Transport;
  /** Null where the job has no `id-token: write`. */
  source: JwtSource | null;
  userAgent: string;
  hide: (secret: string) => void;
}
