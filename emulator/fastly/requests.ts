import type { FastifyRequest } from "fastify";

/** The last value of a form field, as the form may repeat it; of a JSON body, the field where it is text. */
export function formField(request: FastifyRequest, name: string): string | undefined {
  return formFields(request, name).at(-1);
}

export function formFields(request: FastifyRequest, name: string): string[] {
  const value = isObject(request.body) ? (request.body[name] ?? []) : [];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === "string");
}

/** One header's value. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

export function isJson(request: FastifyRequest): boolean {
  return header(request, "content-type")?.startsWith("application/json") ?? false;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
