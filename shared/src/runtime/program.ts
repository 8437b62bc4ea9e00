import { createLogger, type Log } from './logger.ts';
import {
  describeSettings,
  integer,
  oneOf,
  readSettings,
  SettingsError,
  type Definitions,
  type Values,
} from './settings.ts';

/** The settings that every program has. */
export const programSettings = {
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error'], {
    default: 'info',
    help: 'least severe log lines shown',
  }),
  STOP_DEADLINE_MS: integer({
    min: 0,
    max: 600_000,
    default: 35_000,
    help: 'how long a stop may take after SIGTERM before the process exits by force',
  }),
};

export interface ProgramContext<D extends Definitions> {
  readonly settings: Values<D & typeof programSettings>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Stops the program as a signal does. */
  readonly stop: (why: string) => void;
}

export interface ProgramOptions<D extends Definitions> {
  readonly name: string;
  readonly definitions: D;
  /** Settings that are fine alone and do not go together, one sentence each. */
  conflicts?(settings: ProgramContext<D>['settings']): readonly string[];
  main(context: ProgramContext<D>): Promise<void>;
}

/** Exit codes: 0 after a clean stop, 1 when something broke, 2 for bad settings. */
const exitCode = { clean: 0, broken: 1, badSettings: 2 } as const;

/** Runs a program to its end: --help, settings, signals, and errors that are not caught. */
export async function runProgram<D extends Definitions>(options: ProgramOptions<D>): Promise<void> {
  const definitions: D & typeof programSettings = { ...programSettings, ...options.definitions };
  if (process.argv.includes('--help')) {
    process.stdout.write(`${options.name} is set up by environment variables:\n\n${describeSettings(definitions)}\n`);
    return;
  }
  const settings = settingsOrExit<D>(options, definitions);
  // The compiler does not see through a generic intersection that these two are among the settings.
  const own = settings as unknown as Values<typeof programSettings>;
  const log = createLogger({ program: options.name, level: own.LOG_LEVEL });
  await runToEnd(options, { settings, log, ...listenForStops(log, own.STOP_DEADLINE_MS) });
}

function settingsOrExit<D extends Definitions>(
  options: ProgramOptions<D>,
  definitions: D & typeof programSettings,
): ProgramContext<D>['settings'] {
  try {
    const settings = readSettings(definitions, process.env);
    const conflicts = options.conflicts?.(settings) ?? [];
    return conflicts.length === 0 ? settings : refuse(options.name, conflicts);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return refuse(options.name, error.problems);
  }
}

function refuse(name: string, problems: readonly string[]): never {
  process.stderr.write(`${name}: bad settings, see --help\n${problems.map((line) => `  ${line}\n`).join('')}`);
  process.exit(exitCode.badSettings);
}

/** Stops at the first signal, or when the program wants to; the second signal, or the deadline, ends it at once. */
function listenForStops(log: Log, deadlineMs: number): Pick<ProgramContext<Definitions>, 'signal' | 'stop'> {
  const controller = new AbortController();
  const stop = (why: object) => {
    if (controller.signal.aborted) return;
    log.info(why, 'stopping');
    setTimeout(() => giveUp(log, deadlineMs), deadlineMs).unref();
    controller.abort();
  };
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) process.exit(exitCode.broken);
    stop({ signal });
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return { signal: controller.signal, stop: (why) => stop({ why }) };
}

function giveUp(log: Log, deadlineMs: number): never {
  log.error({ deadlineMs, hanging: process.getActiveResourcesInfo() }, 'did not stop in time');
  process.exit(exitCode.broken);
}

async function runToEnd<D extends Definitions>(options: ProgramOptions<D>, context: ProgramContext<D>): Promise<void> {
  const { log, signal } = context;
  /** Work that waits when the program stops is aborted with the signal's reason: that is no failure. */
  const isStop = (error: unknown) => signal.aborted && error === signal.reason;
  const die = (error: unknown) => {
    if (isStop(error)) return;
    log.fatal({ err: error }, 'broken');
    process.exit(exitCode.broken);
  };
  process.on('uncaughtException', die).on('unhandledRejection', die);
  await options.main(context).catch(die);
  log.info('stopped');
  process.exit(exitCode.clean);
}
