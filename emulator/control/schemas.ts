import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { FastifyInstance } from "fastify";

/**
 * Has controls check requests against their schemas, each compiled when its first request comes: an emulator that
 * serves one test meets few of them, and to compile them all takes a third of its start.
 */
export function checkSchemas(control: FastifyInstance): void {
  const ajv = new Ajv();
  control.setValidatorCompiler<object>(({ schema }) => {
    let compiled: ValidateFunction | undefined;
    const validate = (data: unknown): boolean => {
      compiled ??= ajv.compile(schema);
      const isValid = compiled(data);
      validate.errors = compiled.errors ?? null;
      return isValid;
    };
    validate.errors = null as ErrorObject[] | null;
    return validate;
  });
}
