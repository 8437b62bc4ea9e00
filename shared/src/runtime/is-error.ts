/** Also true for errors of another realm (Node's own errors in a vm context, as in jest), where instanceof is not. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
