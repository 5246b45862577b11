import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { requestLine } from "./request-line.ts";

/** `before`: the request does not reach the broker. `after`: it does, and its true answer is lost. */
export type FrontFault =
  | { kind: "cut"; when: "before" | "after" }
  | { kind: "stall"; when: "before" | "after" }
  | {
      kind: "respond";
      when: "before" | "after";
      status: number;
      headers?: Record<string, string>;
      body?: string;
    }
  /** Sends the head of the true answer and half of its body. */
  | { kind: "truncate" }
  /** Sends the request on twice, and the second answer back. */
  | { kind: "repeat" }
  /** Replaces fields of the true answer's JSON. */
  | { kind: "edit"; set: Record<string, unknown> };

export type FrontRule = {
  path: string;
  skip?: number;
  times?: number | "always";
  fault: FrontFault;
};

export type Front = {
  readonly url: string;
  /** Where requests go from now on; an instance that is gone refuses connections. */
  target: string;
  /** Whether the broker does not learn that a job is gone. */
  keepsUpstream: boolean;
  fault(rule: FrontRule): void;
  clearFaults(): void;
  /** Every request so far, as `POST /v1/token 200`; `-` where no complete response was sent. */
  requests(): string[];
  /** The form of each request so far. */
  forms(): URLSearchParams[];
  /** Resolves at the next connection. */
  connected(): Promise<void>;
  /** Resolves once a request for the path has come after number `after`. */
  received(path: string, after?: number): Promise<void>;
  /** Resolves once the broker has answered a request for the path after number `after`, whatever is then sent on. */
  answered(path: string, after?: number): Promise<void>;
  stop(): Promise<void>;
};

type Seen = {
  method: string;
  path: string;
  form: URLSearchParams;
  answered: boolean;
  sent: number | undefined;
};

/** What stands between a job and its broker: a proxy that ends TLS, a load balancer. Its address stays. */
export async function startFront(): Promise<Front> {
  const seen: Seen[] = [];
  const rules: (Required<FrontRule> & { left: number })[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  // Each request of a connection that stays open listens for its end.
  server.on("connection", (socket) => socket.setMaxListeners(0));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: "http://127.0.0.1:9",
    keepsUpstream: false,
    fault: ({ skip = 0, times = 1, ...rule }) => {
      rules.push({ ...rule, skip, times, left: times === "always" ? Number.POSITIVE_INFINITY : times });
    },
    clearFaults: () => void rules.splice(0),
    requests: () => seen.map(({ method, path, sent = null }) => requestLine({ method, path, status: sent })),
    forms: () => seen.map(({ form }) => form),
    connected: async () => {
      await once(server, "connection");
    },
    received: (path, after = 0) => until(() => seen.slice(after).some((one) => one.path === path)),
    answered: (path, after = 0) =>
      until(() => seen.slice(after).some((one) => one.path === path && one.answered)),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return front;

  function changed(): void {
    for (const look of waiting) look();
  }

  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  }

  function take(path: string): FrontFault | undefined {
    const rule = rules.find((one) => one.path === path && one.left > 0);
    if (!rule) return undefined;
    if (rule.skip > 0) {
      rule.skip -= 1;
      return undefined;
    }
    rule.left -= 1;
    return rule.fault;
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const { method = "", url: path = "" } = incoming;
    const own: Seen = { method, path, form: new URLSearchParams(body), answered: false, sent: undefined };
    seen.push(own);
    changed();
    const fault = take(path);
    if (fault && "when" in fault && fault.when === "before") return interfere(fault);
    if (fault?.kind === "repeat") await forward();
    const answer = await forward();
    own.answered = true;
    changed();
    if (fault && "when" in fault) return interfere(fault);
    if (fault?.kind === "truncate") {
      outgoing.writeHead(answer.status, { ...answer.headers, "content-length": String(answer.body.length) });
      outgoing.write(answer.body.slice(0, answer.body.length / 2), () => outgoing.destroy());
      return;
    }
    const sent =
      fault?.kind === "edit" ? JSON.stringify({ ...JSON.parse(answer.body), ...fault.set }) : answer.body;
    own.sent = answer.status;
    const { "content-length": _, ...headers } = answer.headers;
    outgoing.writeHead(answer.status, headers).end(sent);

    function interfere(other: Extract<FrontFault, { when: string }>): void {
      if (other.kind === "cut") incoming.socket.destroy();
      if (other.kind !== "respond") return;
      own.sent = other.status;
      outgoing.writeHead(other.status, { "content-type": "text/html", ...other.headers }).end(other.body);
    }

    async function forward() {
      const { connection: _, ...headers } = incoming.headers;
      const onward = request(front.target + path, { method, headers, agent: false });
      incoming.socket.once("close", () => {
        if (!front.keepsUpstream) onward.destroy();
      });
      onward.end(body);
      const [answer] = (await once(onward, "response")) as [IncomingMessage];
      const { connection: __, "transfer-encoding": ___, ...sent } = answer.headers;
      return { status: answer.statusCode ?? 0, headers: sent, body: await text(answer) };
    }
  }
}
