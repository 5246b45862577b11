/** Variables of an environment; an empty one is as good as none. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that name a proxy for https, the first that is set taking precedence. */
export const proxyVariables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] as const;
/** The variables that name hosts which are reached without a proxy. */
export const exemptionVariables = ["no_proxy", "NO_PROXY"] as const;

/**
 * The URL of the proxy that an environment names for a URL, as it stands there. Plain http goes to loopback alone,
 * which needs none.
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const named = firstOf(proxyVariables, env);
  if (named === undefined || url.protocol !== "https:") return undefined;
  if (isExempt(url, firstOf(exemptionVariables, env) ?? "")) return undefined;
  return named.includes("://") ? named : `http://${named}`;
}

/**
 * Whether NO_PROXY names a host, or a domain that it belongs to, as curl reads it: entries are separated by commas or
 * spaces, may begin with a dot or `*.`, and may end with a port. `*` is every host. An address is exempt only as a
 * whole, or in a block such as `10.0.0.0/8`; an IPv6 address may stand in brackets.
 */
function isExempt({ hostname, port }: URL, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*" || isInBlock(hostname, entry)) return true;
      const { host, port: onlyPort } = partsOf(entry);
      if (onlyPort !== undefined && Number(onlyPort) !== Number(port || "443")) return false;
      return hostname === host || (!isAddress(hostname) && hostname.endsWith(`.${host}`));
    });
}

/** Whether an IPv4 address is in a block such as `10.0.0.0/8`. */
function isInBlock(hostname: string, entry: string): boolean {
  const [block = "", bits = ""] = entry.split("/");
  const [address, first] = [hostname, block].map(numberOf);
  if (address === undefined || first === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32)
    return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(first / size);
}

/** @returns undefined for what is not an IPv4 address */
function numberOf(address: string): number | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return undefined;
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function partsOf(entry: string): { host: string; port: string | undefined } {
  const bare = entry.replace(/^\*?\.(?=.)/, "");
  // More than one colon outside of brackets is an IPv6 address without them.
  if (/^[^[\]]*:[^[\]]*:/.test(bare)) return { host: `[${bare}]`, port: undefined };
  const [, host = bare, port] = /^(.*?)(?::(\d+))?$/.exec(bare) ?? [];
  return { host: host.replace(/\.$/, ""), port };
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+(?:\.\d+){3}$/.test(hostname);
}

function firstOf(names: readonly string[], env: Environment): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
}
