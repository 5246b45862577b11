import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../world/world.ts";
import { edited } from "./edit.ts";
import { acceptedEncoding, type Encoding, encode, encodingName } from "./encoding.ts";
import type { Fault, ForeignResponse } from "./fault.ts";
import { drip, type Serialized, sendHalf, sendInformational, sendWhole, serialize } from "./wire.ts";

type Late = Extract<Fault, { kind: "late" }>;

/** Meets the faults that come before the operation. Returns once the operation may go on, or else has responded. */
export async function injectBefore(
  { journal }: World,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { fault } = request;
  if (fault?.kind === "delay") await sleep(fault.ms);
  if (fault?.kind === "late") {
    respondBeforeEffect(fault);
    await sleep(fault.ms);
  }
  if (fault === null || !("when" in fault) || fault.when === "after") return;
  request.happened = false;
  switch (fault.kind) {
    case "cut":
      reply.hijack();
      request.socket.destroy();
      return;
    case "stall":
      reply.hijack();
      return;
    case "respond":
      setResponse(reply, fault);
      await reply.send(fault.body ?? "");
      return;
  }

  function respondBeforeEffect({ meanwhile }: Late): void {
    if (meanwhile === "cut") request.socket.destroy();
    if (typeof meanwhile === "string") return;
    const { status, body, headers, contentType } = meanwhile;
    const type = contentType === undefined ? {} : { "content-type": contentType };
    sendWhole(request.socket, serialize(status, { ...headers, ...type }, Buffer.from(body ?? "")));
    journal.answered(request.entry, status);
  }
}

/**
 * Meets the faults that come after the operation, when its true response is about to leave.
 * Without `pass` being called, nothing is sent by the framework.
 */
export function injectAfter(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: string | undefined,
  pass: (payload: string | Buffer | undefined) => void,
): void {
  const { fault, socket } = request;
  switch (fault?.kind) {
    case "late":
      if (fault.meanwhile === "wait") pass(encoded(payload));
      return;
    case "cut":
      socket.destroy();
      return;
    case "stall":
      return;
    case "drip":
      void drip(socket, trueResponse(), fault.everyMs).then((sent) => {
        if (sent) world.journal.answered(request.entry, reply.statusCode);
      });
      return;
    case "truncate":
      sendHalf(socket, trueResponse());
      return;
    case "respond":
      for (const name of Object.keys(reply.getHeaders())) if (name !== "date") reply.removeHeader(name);
      setResponse(reply, fault);
      pass(fault.body ?? "");
      return;
    case "informational":
      sendInformational(socket, fault.statuses, fault.headers ?? {});
      void sleep(fault.ms ?? 0).then(() => pass(encoded(payload)));
      return;
    case "encode":
      pass(encodedAs(payload, fault.encoding));
      return;
    case "edit":
      pass(encoded(edited(reply, payload, fault)));
      return;
    default:
      pass(encoded(payload));
  }

  function encoded(body: string | undefined): string | Buffer | undefined {
    const { contentEncoding } = world.settings;
    const encoding =
      contentEncoding === "accepted"
        ? acceptedEncoding(request.headers["accept-encoding"]?.toString())
        : contentEncoding;
    return encodedAs(body, encoding);
  }

  function encodedAs(body: string | undefined, encoding: Encoding | null): string | Buffer | undefined {
    if (!body || encoding === null) return body;
    reply.header("content-encoding", encodingName(encoding));
    return encode(Buffer.from(body), encoding);
  }

  function trueResponse(): Serialized {
    // Encoded first, which sets a header.
    const body = Buffer.from(encoded(payload) ?? "");
    return serialize(reply.statusCode, reply.getHeaders(), body);
  }
}

function setResponse(reply: FastifyReply, { status, headers, contentType }: ForeignResponse): void {
  reply.code(status).headers(headers ?? {});
  if (contentType !== undefined) reply.header("content-type", contentType);
}
