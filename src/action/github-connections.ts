import { openTransport } from "../http/node.ts";
import type { ExchangeLimits, HttpResponse, Transport } from "../http/transport.ts";
import type { ApiAddress } from "./inputs/network.ts";

/** Connections to GitHub's API, for `fetch` as Octokit calls it. */
export interface GitHubConnections {
  fetch: typeof fetch;
  close: () => Promise<void>;
}

/** GitHub documents one redirect at a time: of a repository that was renamed or moved. */
const mostRedirects = 3;

/**
 * Opens what asks GitHub in the same way as Fastly is asked: the same proxies, certificates and limits. Redirects
 * are followed within the same origin only, so that the token goes nowhere else. As many connections are kept as
 * there are questions at once. (Through Node's own `fetch` ten thousand questions take twice the memory.)
 *
 * @param limits asked for each request anew
 */
export function openGitHub({ apiUrl, proxy }: ApiAddress, limits: () => ExchangeLimits): GitHubConnections {
  const { origin } = new URL(apiUrl);
  const all: Transport[] = [];
  const free: Transport[] = [];

  async function ask(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const connection = free.pop() ?? another();
    try {
      const headers = { ...(init.headers as Record<string, string>) };
      return responseOf(await follow(connection, new URL(String(url)), headers));
    } finally {
      free.push(connection);
    }
  }

  async function follow(
    connection: Transport,
    url: URL,
    headers: Record<string, string>,
  ): Promise<HttpResponse> {
    let at = url;
    for (let redirects = 0; ; redirects++) {
      const path = at.pathname + at.search;
      const response = await connection.exchange({ method: "GET", path, headers }, limits());
      if (response.failure) throw response.failure;
      const next = isRedirect(response.status) ? URL.parse(response.headers.location ?? "", at.href) : null;
      if (!next || !response.headers.location || next.origin !== origin || redirects === mostRedirects)
        return response;
      at = next;
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

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** As much of a Response as Octokit reads. */
function responseOf({ status, headers, body }: HttpResponse): Response {
  // Octokit would read other types as bytes, or fail over a type that it cannot parse.
  const type = /^application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? "")
    ? "application/json"
    : "text/plain";
  const response = {
    status,
    url: "",
    headers: new Map(Object.entries({ ...headers, "content-type": type })),
    text: async () => body,
  };
  return response as unknown as Response;
}
