import { parseArgs } from 'node:util';
import { asUsageError, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import { isSettleTime } from '@clb-direct/certs/rotation/settle-time.ts';
import { parseDuration } from './duration.ts';

/** Which cluster, and which Secret in it holds the certificates. */
export interface SecretLocation {
  readonly kubeconfigPath?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace: string;
  readonly secretName: string;
}

/** How a rotation is asked for and followed. */
export interface RotationOrder {
  readonly location: SecretLocation;
  readonly kind: 'leaf' | 'ca' | 'import';
  /** Only what the user gave; it makes the request repeatable. */
  readonly reason?: string;
  readonly settleMs?: number;
  /** Stay until the old CA is dropped. */
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  /** Of a CA to import; "-" is standard input. */
  readonly files?: { readonly certificate: string; readonly key: string };
}

/** What the command line asks for. */
export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'status'; readonly location: SecretLocation; readonly json: boolean }
  | { readonly kind: 'rotate'; readonly order: RotationOrder };

type Environment = Readonly<Record<string, string | undefined>>;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const common = {
  kubeconfig: text,
  context: text,
  namespace: { type: 'string', short: 'n' },
  secret: text,
  help: { type: 'boolean', short: 'h' },
} as const;
const rotation = { reason: text, settle: text, timeout: text, wait: flag, 'dry-run': flag } as const;

const shortMs = 600_000;
const longMs = 48 * 3_600_000;
const longestReason = 200;

const parsers = { status, rotate, import: importCa } as const;

/** Understands a command line; in the webhook's own pod its environment says where the certificates lie. */
export function parseCommandLine(argv: readonly string[], env: Environment): Asked {
  const [word = 'help', ...args] = argv;
  if (['help', '--help', '-h'].includes(word)) return { kind: 'help' };
  if (!isCommand(word)) throw new UsageError(`there is no command "${word}": write status, rotate or import`);
  try {
    return parsers[word](args, env);
  } catch (error) {
    throw asUsageError(error, `${word}: `);
  }
}

function isCommand(word: string): word is keyof typeof parsers {
  return Object.hasOwn(parsers, word);
}

function status(args: string[], env: Environment): Asked {
  const { values } = parseArgs({ args, options: { ...common, json: flag } });
  if (values.help === true) return { kind: 'help' };
  return { kind: 'status', location: locationOf(values, env), json: values.json };
}

function rotate(args: string[], env: Environment): Asked {
  const { values } = parseArgs({ args, options: { ...common, ...rotation, ca: flag } });
  if (values.help === true) return { kind: 'help' };
  if (!values.ca && values.settle !== undefined) {
    throw new UsageError('rotate: --settle says how long an old CA stays trusted, so it needs --ca');
  }
  return { kind: 'rotate', order: { ...orderOf(values, env), kind: values.ca ? 'ca' : 'leaf' } };
}

function importCa(args: string[], env: Environment): Asked {
  const { values } = parseArgs({ args, options: { ...common, ...rotation, 'ca-cert': text, 'ca-key': text } });
  if (values.help === true) return { kind: 'help' };
  const { 'ca-cert': certificate, 'ca-key': key } = values;
  if (certificate === undefined || key === undefined) {
    throw new UsageError('import: write --ca-cert FILE and --ca-key FILE, both PEM');
  }
  return { kind: 'rotate', order: { ...orderOf(values, env), kind: 'import', files: { certificate, key } } };
}

interface Given {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly secret?: string | undefined;
}

function locationOf(given: Given, env: Environment): SecretLocation {
  return {
    kubeconfigPath: given.kubeconfig,
    context: given.context,
    namespace: kubeName('--namespace', given.namespace ?? env['POD_NAMESPACE'] ?? 'clb-direct'),
    secretName: kubeName('--secret', given.secret ?? env['WEBHOOK_SECRET_NAME'] ?? 'clb-direct-webhook-certs'),
  };
}

function kubeName(option: string, name: string): string {
  if (/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(`${option} is no name of Kubernetes: "${name}"; small letters, digits, "-" and "." are`);
}

interface GivenRotation extends Given {
  readonly reason?: string | undefined;
  readonly settle?: string | undefined;
  readonly timeout?: string | undefined;
  readonly wait: boolean;
  readonly 'dry-run': boolean;
}

function orderOf(given: GivenRotation, env: Environment): Omit<RotationOrder, 'kind'> {
  const settleMs = settleOf(given.settle);
  return {
    location: locationOf(given, env),
    ...(given.reason === undefined ? {} : { reason: reasonOf(given.reason) }),
    ...(settleMs === undefined ? {} : { settleMs }),
    wait: given.wait,
    timeoutMs: timeoutOf(given.timeout) ?? (given.wait ? longMs : shortMs),
    dryRun: given['dry-run'],
  };
}

// It stands in logs, events and an annotation: one line, not too long.
function reasonOf(given: string): string {
  const reason = given.trim();
  if (reason === '' || reason.length > longestReason || /\p{Cc}/u.test(reason)) {
    throw new UsageError(`--reason takes one line of at most ${longestReason} characters`);
  }
  return reason;
}

function settleOf(given: string | undefined): number | undefined {
  const ms = durationOf('--settle', given);
  if (ms === undefined || isSettleTime(ms)) return ms;
  throw new UsageError('--settle takes a time of at most 365d');
}

// Node's timers count no further.
const longestTimeoutMs = 24 * 24 * 3_600_000;

function timeoutOf(given: string | undefined): number | undefined {
  const ms = durationOf('--timeout', given);
  if (ms !== undefined && (ms < 1_000 || ms > longestTimeoutMs)) {
    throw new UsageError('--timeout takes a time between 1s and 24d');
  }
  return ms;
}

function durationOf(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const ms = parseDuration(given);
  if (ms === undefined) throw new UsageError(`${option} takes a time such as 90s, 10m, 24h or 7d, not "${given}"`);
  return ms;
}
