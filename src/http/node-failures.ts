import { HttpError, type HttpErrorCode } from "./error.ts";
import { secondsOf } from "./response.ts";

/* What can go wrong before a request is sent, in words. */

/** Whom a socket was to be connected to. */
export type Peer = "server" | "proxy";

/** No connection, before anything was sent. */
export function unconnected(why: string, through: boolean, cause?: Error): HttpError {
  if (through) return failure("proxy-failed", `no connection through the proxy ${why}`, cause);
  return failure("unreachable", `no connection ${why}`, cause);
}

export function unconnectedWithin(ms: number, through: boolean): HttpError {
  return unconnected(`within ${secondsOf(ms)}`, through);
}

export function tunnelRefused(status: number): HttpError {
  const reason = `no connection, because the proxy responded with HTTP ${status}`;
  return failure(status < 500 ? "proxy-refused" : "proxy-failed", reason);
}

export function unconnectedBy(error: Error, through: boolean): HttpError {
  const code = codeOf(error);
  return unconnected(`(${code})`, through, new Error(code));
}

/**
 * A TLS handshake that failed.
 *
 * @param isVerdict whether OpenSSL, or Node, refused the certificate that was shown
 */
export function handshakeFailed(error: Error, peer: Peer, through: boolean, isVerdict: boolean): HttpError {
  const code = codeOf(error);
  // An error of OpenSSL holds bytes of the exchange: its code alone is kept.
  const cause = new Error(code);
  if (speaksNoTls(error, code)) {
    return unconnected(`(${code}), because the ${peer}'s port does not use TLS`, through, cause);
  }
  if (isVerdict) {
    const reason = `the ${peer}'s certificate ${certificateFault(code) ?? "could not be verified"} (${code})`;
    return failure("untrusted-certificate", reason, cause);
  }
  if (!/^ERR_(?:SSL|OSSL|TLS)_|^EPROTO$/.test(code)) return unconnectedBy(error, through);
  const reason = `no trusted TLS connection to the ${peer} (${code})`;
  return failure("untrusted-certificate", reason, cause);
}

function failure(code: HttpErrorCode, reason: string, cause?: Error): HttpError {
  return new HttpError({ code, reason, sent: false, ...(cause ? { cause } : {}) });
}

/** What OpenSSL says where something other than TLS responded. */
export function speaksNoTls(error: Error, code: string): boolean {
  if (/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST)$/.test(code))
    return true;
  return code === "EPROTO" && /wrong version number|packet length too long/.test(error.message);
}

const unknownAuthority = "was not issued by an authority that this machine trusts";
const otherHost = "belongs to another host";

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not valid yet",
  CERT_REVOKED: "has been revoked",
  ERR_TLS_CERT_ALTNAME_INVALID: otherHost,
  HOSTNAME_MISMATCH: otherHost,
  INVALID_PURPOSE: "was not issued for a server",
  CERT_UNTRUSTED: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
};

/** What is wrong with a server's certificate, where the code of an error says that. */
export function certificateFault(code: string): string | undefined {
  return certificateFaults[code];
}

/** What the system or a library calls an error, never its message. */
export function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && /^\w+$/.test(code)) return code;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? codeOf(first) : error.name;
}
