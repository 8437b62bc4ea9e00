export interface Credential {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string | undefined;
  /** Where it came from, in words for a person. */
  readonly source: string;
}

/** Gives the credentials in force; throws a CloudError that says what is wrong with them or that there are none. */
export interface CredentialSource {
  get(signal: AbortSignal): Promise<Credential>;
  /** The cloud refused what get() gave, so it must not come from memory again. */
  forget(): void;
}

/** One place where credentials may be. */
export interface CredentialPlace {
  /** Undefined: there are none in this place. */
  find(signal: AbortSignal): Promise<Credential | undefined>;
  forget(): void;
}

/** The same identity and key, wherever they came from. */
export function isSame(one: Credential, other: Credential): boolean {
  return one.secretId === other.secretId && one.secretKey === other.secretKey && one.token === other.token;
}
