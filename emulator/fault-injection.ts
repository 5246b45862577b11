import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Fault } from "./faults.ts";
import type { World } from "./world.ts";

type Answer = Extract<Fault, { kind: "answer" }>;

/** Meets the faults that come before the operation. Returns once the operation may go on, or else has answered. */
export async function injectBefore(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { fault } = request;
  if (fault === null) return;
  if (fault.kind === "delay") await sleep(fault.ms);
  if (!("when" in fault) || fault.when === "after") return;
  request.happened = false;
  switch (fault.kind) {
    case "cut":
      reply.hijack();
      request.socket.destroy();
      return;
    case "stall":
      reply.hijack();
      return;
    case "answer":
      setAnswer(reply, fault);
      await reply.send(fault.body ?? "");
      return;
  }
}

/**
 * Meets the faults that come after the operation, when its true answer is about to leave.
 * Without `pass` being called, nothing is sent by the framework.
 */
export function injectAfter(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: string | undefined,
  pass: (payload: string | undefined) => void,
): void {
  const { fault, socket } = request;
  switch (fault?.kind) {
    case "cut":
      socket.destroy();
      return;
    case "stall":
      return;
    case "drip":
      void drip(socket, serialize(reply, payload ?? ""), fault.everyMs).then((sent) => {
        if (sent) world.journal.answered(request.entry, reply.statusCode);
      });
      return;
    case "truncate": {
      const { first, last } = serialize(reply, payload ?? "");
      socket.write(Buffer.concat([first, last.subarray(0, last.length / 2)]), () => socket.destroy());
      return;
    }
    case "answer":
      for (const name of Object.keys(reply.getHeaders())) if (name !== "date") reply.removeHeader(name);
      setAnswer(reply, fault);
      pass(fault.body ?? "");
      return;
    default:
      pass(payload);
  }
}

function setAnswer(reply: FastifyReply, { status, headers, contentType }: Answer): void {
  reply.code(status).headers(headers ?? {});
  if (contentType !== undefined) reply.header("content-type", contentType);
}

/** The answer's bytes in two parts, of which the last is what a fault works on: the body, or the head without one. */
function serialize(reply: FastifyReply, body: string): { first: Buffer; last: Buffer } {
  const bytes = Buffer.from(body);
  const headers: Record<string, unknown> = { ...reply.getHeaders(), connection: "close" };
  if (reply.statusCode !== 204) headers["content-length"] = bytes.length;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(
    `HTTP/1.1 ${reply.statusCode} ${STATUS_CODES[reply.statusCode]}\r\n${lines.join("")}\r\n`,
  );
  return bytes.length > 0 ? { first: head, last: bytes } : { first: bytes, last: head };
}

/** Whether all of it was sent before the client left. */
async function drip(socket: Socket, { first, last }: { first: Buffer; last: Buffer }, everyMs: number) {
  socket.write(first);
  for (const byte of last) {
    if (socket.destroyed) return false;
    socket.write(Buffer.of(byte));
    await sleep(everyMs);
  }
  socket.end();
  return true;
}
