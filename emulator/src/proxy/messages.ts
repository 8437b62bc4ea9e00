import type { ProxyConfig } from './config.ts';
import type { Taken } from './taken.ts';

/** To the proxy's process: the configuration to apply. */
export interface ConfigMessage {
  number: number;
  config: ProxyConfig;
}

/** From the process: the configuration is applied. */
export interface Done {
  number: number;
  problems: string[];
}

/** From the process, from time to time: the new requests by target. */
export interface TakenNews {
  taken: Taken[];
}
