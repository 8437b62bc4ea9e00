import type { Registry } from 'prom-client';

export interface OpsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  /** Why the program must be restarted; empty is well. */
  live(): readonly string[];
  /** Why the program cannot do its work now; empty is well. */
  ready(): readonly string[] | Promise<readonly string[]>;
  readonly signal: AbortSignal;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

export declare function startOpsServer(options: OpsServerOptions): Promise<OpsServer>;
