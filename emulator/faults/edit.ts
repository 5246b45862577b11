import type { FastifyReply } from "fastify";
import type { Edit } from "./fault.ts";

type Fields = Record<string, unknown>;

/** The true response, changed as a test says. */
export function edited(reply: FastifyReply, payload: string | undefined, edit: Edit): string | undefined {
  if (edit.status !== undefined) reply.code(edit.status);
  for (const [name, value] of Object.entries(edit.headers ?? {})) {
    if (value === null) reply.removeHeader(name);
    else reply.header(name, value);
  }
  if (payload === undefined || edit.status === 204) return undefined;
  return `${edit.prefix ?? ""}${editedFields(payload, edit)}${edit.suffix ?? ""}`;
}

function editedFields(payload: string, { set = {}, drop = [] }: Edit): string {
  if (drop.length === 0 && Object.keys(set).length === 0) return payload;
  const body: Fields | Fields[] = JSON.parse(payload);
  const edit = (fields: Fields) =>
    Object.fromEntries(Object.entries({ ...fields, ...set }).filter(([name]) => !drop.includes(name)));
  return JSON.stringify(Array.isArray(body) ? body.map(edit) : edit(body));
}
