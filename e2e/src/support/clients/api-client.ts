/** What the API refuses, as a client reports it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly requestId: string | null;
}

/** The outcome of one call. */
export type Outcome = { readonly answer: Readonly<Record<string, unknown>> } | { readonly error: Refusal };

/** A client of the CLB API that is not part of this project, driven by a test. */
export interface ApiClient {
  call(action: string, request: object): Promise<Outcome>;
  close(): Promise<void>;
}

/** Where the emulator is and as whom to call it. */
export interface Access {
  /** Host and port. */
  readonly endpoint: string;
  readonly region: string;
  readonly secretId: string;
  readonly secretKey: string;
}
