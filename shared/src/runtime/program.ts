import type { Log } from './logger.ts';
import { integer, oneOf, type Definitions, type Values } from './settings.ts';

/** The settings that every program has. */
export const programSettings = {
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error'], {
    default: 'info',
    help: 'least severe log lines shown',
  }),
  STOP_DEADLINE_MS: integer({
    min: 0,
    max: 600_000,
    default: 25_000,
    help: 'ends by force so long after a stop signal',
  }),
};

export interface ProgramContext<D extends Definitions> {
  readonly settings: Values<D & typeof programSettings>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface ProgramOptions<D extends Definitions> {
  readonly name: string;
  readonly definitions: D;
  main(context: ProgramContext<D>): Promise<void>;
}

export declare function runProgram<D extends Definitions>(options: ProgramOptions<D>): Promise<void>;
