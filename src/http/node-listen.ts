import { codeOf } from "./node-failures.ts";

/** Where a server was to listen. */
export interface Place {
  host: string;
  port: number;
}

/** Why a server cannot listen, and what to do. @returns undefined where the error is about something else */
export function listenFault(error: NodeJS.ErrnoException, { host, port }: Place): string | undefined {
  const code = codeOf(error);
  if (error.syscall === "getaddrinfo")
    return `The host ${host} cannot be resolved (${code}). Correct --host, or write an IP address.`;
  if (error.syscall !== "listen") return undefined;
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} of ${host} is in use (EADDRINUSE). Stop the program that uses it, or choose another --port.`;
    case "EACCES":
      return `This user may not listen on port ${port} (EACCES). Choose ${port < 1024 ? "a --port of 1024 or above" : "another --port"}.`;
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
      return `This machine does not have the address ${host} (${code}). Choose a --host that it has, such as 127.0.0.1.`;
    default:
      return `The server cannot listen on port ${port} of ${host} (${code}). Choose another --port or --host.`;
  }
}
