/** A control request that makes no sense: the test that sent it is wrong. */
export class BadControl extends Error {
  readonly statusCode = 400;
}
