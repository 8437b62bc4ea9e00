/** Why a request is not answered with a review; its message goes to the client. */
export interface Refusal extends Error {
  /** The HTTP status that says so. */
  readonly status: number;
}

export function refusal(status: number, message: string): Refusal {
  return Object.assign(new Error(message), { name, status });
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === name;
}

// Other errors have a status too, of another kind, and messages that no client should read.
const name = 'Refusal';
