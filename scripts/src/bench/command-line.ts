import { parseOptions, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

/** What the command line asks for. */
export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: Bench; readonly rounds: number; readonly seconds: number; readonly pods: number };

type Bench = (typeof benches)[number];
const benches = ['webhook', 'emulator', 'rollout'] as const;

const options = {
  rounds: { type: 'string' },
  seconds: { type: 'string', default: '3' },
  pods: { type: 'string', default: '30' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Understands a command line. */
export function parseCommandLine(args: readonly string[]): Asked {
  const { values, positionals } = parseOptions({ args: [...args], options, allowPositionals: true });
  if (values.help === true) return { kind: 'help' };
  const [name, ...more] = positionals;
  const kind = benches.find((bench) => bench === name);
  if (kind === undefined || more.length > 0) {
    const given = positionals.length === 0 ? '' : `there is no benchmark "${positionals.join(' ')}": `;
    throw new UsageError(`${given}say which benchmark: webhook, emulator or rollout`);
  }
  const { rounds = kind === 'rollout' ? '3' : '7', seconds, pods } = values;
  return {
    kind,
    rounds: count('--rounds', rounds),
    seconds: count('--seconds', seconds),
    pods: count('--pods', pods),
  };
}

function count(option: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`${option} ${text} is no number from 1 to 9999`);
}
