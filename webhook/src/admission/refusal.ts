/** Why a request is not answered with a review; its message goes to the client. */
export interface Refusal extends Error {
  /** The HTTP status of the answer. */
  readonly status: number;
}

export function refusal(status: number, message: string): Refusal {
  return Object.assign(new Error(message), { name, status });
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === name;
}

export function unsupportedMediaType(): Refusal {
  return refusal(415, 'Send a body of the content type application/json.');
}

// Other errors have a status too, with another meaning, and messages that clients must not read.
const name = 'Refusal';
