import { openTransport } from "../http/node.ts";
import type { ExchangeLimits, Transport } from "../http/transport.ts";
import type { ApiAddress } from "./inputs/network.ts";

/** Connections to GitHub's API, for `fetch` as Octokit calls it. */
export interface GitHubConnections {
  fetch: typeof fetch;
  close: () => Promise<void>;
}

/**
 * Opens what asks GitHub in the same way as Fastly is asked: the same proxies, certificates and limits, and no
 * redirects. As many connections are kept as there are questions at once. (Through Node's own `fetch` ten
 * thousand questions take twice the memory.)
 *
 * @param limits asked for each question anew
 */
export function openGitHub({ apiUrl, proxy }: ApiAddress, limits: () => ExchangeLimits): GitHubConnections {
  const { origin } = new URL(apiUrl);
  const all: Transport[] = [];
  const free: Transport[] = [];

  async function ask(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const { pathname, search } = new URL(String(url));
    const connection = free.pop() ?? another();
    try {
      const headers = { ...(init.headers as Record<string, string>) };
      const answer = await connection.exchange({ method: "GET", path: pathname + search, headers }, limits());
      if (answer.failure) throw answer.failure;
      return responseOf(answer.status, answer.headers, answer.body);
    } finally {
      free.push(connection);
    }
  }

  function another(): Transport {
    const connection = openTransport(origin, proxy);
    all.push(connection);
    return connection;
  }

  return {
    fetch: ask,
    close: async () => {
      await Promise.all(all.map((connection) => connection.close()));
    },
  };
}

/** As much of a Response as Octokit reads. */
function responseOf(
  status: number,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): Response {
  const told = {
    status,
    url: "",
    headers: new Map(Object.entries(headers)),
    text: async () => body,
  };
  return told as unknown as Response;
}
