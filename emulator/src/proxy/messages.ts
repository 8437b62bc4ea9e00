import type { ProxyConfig } from './config.ts';
import type { Taken } from './taken.ts';

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

/** What it tells unasked, when somebody got requests. */
export interface TakenNews {
  taken: Taken[];
}
