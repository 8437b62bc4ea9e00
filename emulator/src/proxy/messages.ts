import type { ProxyConfig } from './config.ts';

/** What the proxy's process is told. */
export interface Told {
  number: number;
  config: ProxyConfig;
}

/** What it answers when it does that. */
export interface Done {
  number: number;
  problems: string[];
}
