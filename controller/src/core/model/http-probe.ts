/** A readiness probe over plain HTTP, as a pod has it. */
export interface HttpProbe {
  readonly port: number;
  readonly path: string;
  /** Its header Host. */
  readonly host?: string;
}
