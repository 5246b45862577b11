import { isIP } from "node:net";
import { exemptionVariables, proxyFor, proxyVariables } from "../../http/proxy.ts";
import { basicForm } from "../../text/secret-forms.ts";
import { hide } from "../log.ts";
import { environment } from "./environment.ts";
import { bad, good, type Inputs, invalid, type Parsed, read, valid } from "./input.ts";
import { isInQuotes, isUnexpanded, unexpanded } from "./slips.ts";
import { durationBetween, minute, second } from "./values.ts";

/** Where an API is, and how to get there. */
export interface ApiAddress {
  apiUrl: string;
  proxy: string | undefined;
}

export const parseTimeout = durationBetween(second, 10 * minute);

export function readApiAddress(): Inputs<ApiAddress> {
  const apiUrl = read("api-url", parseApiUrl, "https://api.fastly.com");
  return apiUrl.kind === "valid" ? routeTo(apiUrl.inputs) : apiUrl;
}

/** The way to an API by the environment's proxy, where it names one. */
export function routeTo(apiUrl: string): Inputs<ApiAddress> {
  const proxy = readProxy(apiUrl);
  return proxy.kind === "valid" ? valid({ apiUrl, proxy: proxy.inputs }) : proxy;
}

const allowedUrls = "Use an https URL (http only on loopback) without a user, query or fragment.";

export function parseApiUrl(text: string): Parsed<string> {
  if (isUnexpanded(text)) return bad(`${unexpanded} ${allowedUrls}`);
  if (isInQuotes(text)) return bad(`is in quotation marks. Remove them. ${allowedUrls}`);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const remedy = isHostAndPath(text) ? `did you mean https://${text}?` : "write https:// before the host.";
    return bad(`has no scheme; ${remedy} ${allowedUrls}`);
  }
  const url = URL.parse(text);
  if (!url) return bad(`is not a URL. ${allowedUrls}`);
  if (url.username !== "" || url.password !== "")
    return bad(`contains a user name or a password. ${allowedUrls}`);
  if (url.search !== "" || url.hash !== "") return bad(`contains a query or a fragment. ${allowedUrls}`);
  if (!isSafe(url)) return bad(`would send credentials unencrypted: use https://. ${allowedUrls}`);
  return good(url.href.replace(/\/+$/, ""));
}

/** A text that has the form of nothing else may be quoted, and as a whole: a secret in the wrong place is masked as a whole. */
function isHostAndPath(text: string): boolean {
  const isHost =
    /^(localhost|[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.[a-z0-9]{1,24})(:\d{1,5})?(\/[\w./~-]*)?$/i.test(text);
  return isHost && URL.canParse(`https://${text}`);
}

/** Whether credentials may be sent to a URL: encrypted, or without leaving the machine. */
function isSafe(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}

/** The proxy that the environment names for a URL, checked and masked. */
function readProxy(apiUrl: string): Inputs<string | undefined> {
  const target = URL.parse(apiUrl);
  const variables = [...proxyVariables, ...exemptionVariables].map((name) => [name, environment(name)]);
  const named = target ? proxyFor(target, Object.fromEntries(variables)) : undefined;
  if (named === undefined) return valid(undefined);
  const proxy = parseProxy(named);
  if (proxy === undefined) {
    return invalid(
      proxyVariables.find((name) => environment(name) !== "") ?? "HTTPS_PROXY",
      "is not the URL of a proxy. Use http://host:port or http://user:password@host:port, with each % written as %25.",
    );
  }
  hideProxy(proxy);
  return valid(proxy.href);
}

/** A proxy's URL, where it can be used. */
export function parseProxy(text: string): URL | undefined {
  const proxy = URL.parse(text);
  return proxy && /^https?:$/.test(proxy.protocol) && credentialsOf(proxy) ? proxy : undefined;
}

/** Masks what is secret in a proxy's URL: the password, or a token that stands alone in the place of the user. */
export function hideProxy(proxy: URL): void {
  const { username, password } = credentialsOf(proxy) ?? { username: "", password: "" };
  if (password === "") {
    hide(username);
    hide(proxy.username);
  } else {
    hide(password);
    hide(proxy.password);
    // Both at once, since a password of a few characters cannot be masked alone.
    hide(`${proxy.username}:${proxy.password}`);
  }
  if (username + password !== "") hide(basicForm(username, password));
}

function credentialsOf({ username, password }: URL): { username: string; password: string } | undefined {
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    // A lone % : the caller says how to write it.
    return undefined;
  }
}

/** GitHub's own API, and the way there. */
export function readGitHubAddress(): Inputs<ApiAddress> {
  const given = environment("GITHUB_API_URL");
  // There is no default server: runs on another server have the same numbers.
  if (given === "") return invalid("GITHUB_API_URL", "is not set. GitHub's runner normally sets it.");
  const parsed = parseApiUrl(given);
  if (parsed.ok) return routeTo(parsed.value);
  return invalid("GITHUB_API_URL", parsed.problem);
}
