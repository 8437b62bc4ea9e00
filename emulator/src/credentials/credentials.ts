export interface Credential {
  secretKey: string;
  /** Only temporary credentials have one; then X-TC-Token must be it. */
  token?: string | undefined;
  /** When a temporary credential ends. */
  expiresAtMs?: number | undefined;
  /** The only actions that it may call; undefined: all. */
  actions?: readonly string[] | undefined;
  /** Whose requests are counted together; undefined: those of the secret id. */
  caller?: string | undefined;
}

/** Who may call, by secret id; tests change it while the emulator runs. */
export type Credentials = Map<string, Credential>;
