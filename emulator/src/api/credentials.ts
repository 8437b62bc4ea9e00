export interface Credential {
  secretKey: string;
  /** Only temporary credentials have one; then X-TC-Token must be it. */
  token?: string | undefined;
}

/** Who may call, by secret id; tests change it while the emulator runs. */
export type Credentials = Map<string, Credential>;
