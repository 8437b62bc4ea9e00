import { parseOptions, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

/** What the command line asks for. */
export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'webhook' | 'emulator'; readonly rounds: number; readonly seconds: number };

const options = {
  rounds: { type: 'string', default: '7' },
  seconds: { type: 'string', default: '3' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Understands a command line. */
export function parseCommandLine(args: readonly string[]): Asked {
  const { values, positionals } = parseOptions({ args: [...args], options, allowPositionals: true });
  if (values.help === true) return { kind: 'help' };
  const [name, ...more] = positionals;
  if ((name !== 'webhook' && name !== 'emulator') || more.length > 0) {
    const given = positionals.length === 0 ? '' : `there is no benchmark "${positionals.join(' ')}": `;
    throw new UsageError(`${given}say which benchmark: webhook or emulator`);
  }
  return { kind: name, rounds: count('--rounds', values.rounds), seconds: count('--seconds', values.seconds) };
}

function count(option: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`${option} ${text} is no number from 1 to 9999`);
}
