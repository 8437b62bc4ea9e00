export interface Credential {
  secretKey: string;
  /** Only temporary credentials have one; then X-TC-Token must be it. */
  token?: string | undefined;
  /** When a temporary credential ends. */
  expiresAtMs?: number | undefined;
  /** Whose requests are counted together and whose policy counts; undefined: the secret id's. */
  caller?: string | undefined;
}

/** Who may call, by secret id; tests change it while the emulator runs. */
export type Credentials = Map<string, Credential>;
