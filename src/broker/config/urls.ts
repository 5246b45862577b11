import { parseUrl } from "../../text/parse-url.ts";

/** What is wrong with the URL of a server that the broker calls or believes; undefined where nothing is. */
export function urlFault(text: string, schemes: readonly string[] = ["https", "http"]): string | undefined {
  const allowed = `Use ${schemes[0]}://, or ${schemes[1]}:// only on loopback.`;
  if (/[\s\p{Cc}]/u.test(text)) return "contains a space or a line break. Remove it.";
  const url = parseUrl(text);
  if (!url || url.hostname === "" || !/^[a-z]+:\/\//i.test(text)) return `is not a URL. ${allowed}`;
  const scheme = url.protocol.slice(0, -1);
  if (!schemes.includes(scheme)) return `has a scheme that is not supported. ${allowed}`;
  if (url.username !== "" || url.password !== "") return "contains a user name or a password. Remove it.";
  if (url.search !== "" || url.hash !== "") return "contains a query or a fragment. Remove it.";
  if (scheme === schemes[1] && !isLoopback(url.hostname))
    return `would go unencrypted over the network. ${allowed}`;
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
