import { errorCodes } from "../../src/broker/service/refusal.ts";
import { code, readPage, table } from "./markdown.ts";

test("errors.md lists every error code, with the statuses that it comes with", () => {
  const documented = table(readPage("docs/broker/errors.md")).map(([name, statuses]) => [
    code(name),
    statuses?.split(", ").map(Number),
  ]);
  const real = Object.entries(errorCodes).map(([name, { status }]) => [
    name,
    expect.arrayContaining([status]),
  ]);
  expect(documented).toEqual(real);
});
