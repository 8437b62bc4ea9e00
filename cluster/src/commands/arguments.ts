import { parseArgs } from 'node:util';
import { checkClusterName } from '../cluster-name.ts';
import type { Place } from '../enter.ts';
import { places } from '../enter.ts';
import type { ClusterRequest, KubernetesVersion } from '../spec.ts';
import { kubernetesVersions } from '../spec.ts';
import { asUsageError, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

/** What the command line asks for. */
export type Command =
  | { kind: 'help'; topic: string | undefined }
  | { kind: 'up'; request: ClusterRequest; attach: boolean }
  | { kind: 'down'; name: string }
  | { kind: 'status'; name: string; json: boolean }
  | { kind: 'exec'; name: string; place: Place; command: string[] }
  | { kind: 'load'; name: string; archives: string[] }
  | { kind: 'pin'; version: string }
  | { kind: 'kubectl'; name: string; args: string[] };

const name = { type: 'string' } as const;
const help = { type: 'boolean', short: 'h' } as const;
const flag = { type: 'boolean', default: false } as const;

/** Understands a command line; the default name of the cluster comes from the environment. */
export function parseCommand(argv: readonly string[], defaultName = 'local'): Command {
  const [word = 'help', ...rest] = argv;
  if (['help', '--help', '-h'].includes(word)) return { kind: 'help', topic: rest[0] };
  if (!isCommand(word)) {
    throw new UsageError(`unknown command "${word}", expected one of ${Object.keys(parsers).join(', ')}`);
  }
  try {
    return parsers[word](rest, defaultName);
  } catch (error) {
    throw asUsageError(error, `${word}: `);
  }
}

function isCommand(word: string): word is keyof typeof parsers {
  return Object.hasOwn(parsers, word);
}

const parsers = { up, down, status, exec, load, pin, kubectl } as const;

function up(args: string[], defaultName: string): Command {
  const options = {
    name,
    help,
    nodes: { type: 'string', default: '1' },
    kubernetes: { type: 'string', default: '1.36' },
    'control-plane-only': flag,
    audit: flag,
    'dual-stack': flag,
    attach: flag,
  } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) return { kind: 'help', topic: 'up' };
  const controlPlaneOnly = values['control-plane-only'];
  const kubernetes = oneOf('--kubernetes', values.kubernetes, kubernetesVersions);
  if (!controlPlaneOnly) refuseOldNodes(kubernetes);
  const nodes = oneOf('--nodes', values.nodes, ['1', '2'] as const) === '1' ? 1 : 2;
  const request = { name: checkClusterName(values.name ?? defaultName), nodes, kubernetes, controlPlaneOnly } as const;
  const { audit, 'dual-stack': dualStack, attach } = values;
  return { kind: 'up', request: { ...request, audit, dualStack }, attach };
}

function refuseOldNodes(version: KubernetesVersion): void {
  if (version === '1.36') return;
  throw new UsageError(`--kubernetes ${version} runs without nodes: add --control-plane-only`);
}

function down(args: string[], defaultName: string): Command {
  const { values } = parseArgs({ args, options: { name, help } });
  if (values.help) return { kind: 'help', topic: 'down' };
  return { kind: 'down', name: checkClusterName(values.name ?? defaultName) };
}

function status(args: string[], defaultName: string): Command {
  const { values } = parseArgs({ args, options: { name, help, json: flag } });
  if (values.help) return { kind: 'help', topic: 'status' };
  return { kind: 'status', name: checkClusterName(values.name ?? defaultName), json: values.json };
}

// Everything after "--" belongs to the command, its own options too.
function exec(args: string[], defaultName: string): Command {
  const options = { name, help, in: { type: 'string', default: 'node' } } as const;
  const end = args.indexOf('--');
  const { values } = parseArgs({ args: end < 0 ? args : args.slice(0, end), options });
  if (values.help) return { kind: 'help', topic: 'exec' };
  const command = end < 0 ? [] : args.slice(end + 1);
  if (command.length === 0) throw new UsageError('exec: nothing to run, expected -- COMMAND');
  return {
    kind: 'exec',
    name: checkClusterName(values.name ?? defaultName),
    place: oneOf('--in', values.in, places),
    command,
  };
}

function load(args: string[], defaultName: string): Command {
  const { values, positionals } = parseArgs({ args, options: { name, help }, allowPositionals: true });
  if (values.help) return { kind: 'help', topic: 'load' };
  if (positionals.length === 0) throw new UsageError('load: no archive named, expected IMAGE.tar');
  return { kind: 'load', name: checkClusterName(values.name ?? defaultName), archives: positionals };
}

function pin(args: string[]): Command {
  const { values, positionals } = parseArgs({ args, options: { help }, allowPositionals: true });
  if (values.help) return { kind: 'help', topic: 'pin' };
  const [version = ''] = positionals;
  if (/^1\.\d+\.\d+$/.test(version)) return { kind: 'pin', version };
  throw new UsageError(`pin: the version is "${version}", expected an exact one such as 1.36.3`);
}

// kubectl has a --cluster of its own, which is of no use here: ours is meant when it comes first.
function kubectl(args: string[], defaultName: string): Command {
  if (args.length === 1 && args[0] === '--help') return { kind: 'help', topic: 'kubectl' };
  const [first = '', second] = args;
  if (first === '--cluster') return { kind: 'kubectl', name: checkClusterName(second ?? ''), args: args.slice(2) };
  const given = /^--cluster=(.*)$/.exec(first)?.[1];
  return {
    kind: 'kubectl',
    name: checkClusterName(given ?? defaultName),
    args: given === undefined ? args : args.slice(1),
  };
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(`${option} is "${value}", expected ${allowed.join(' or ')}`);
}
