import { parseOptions, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

export const usage = `Usage: ./scripts/prove [OPTION…] [ROW…]

Rolls applications out on a Kubernetes of its own while a client outside asks the CLB at a steady rate, and counts each
request without a complete, correct answer. Nothing is asked a second time. ROW: a word that names of rows contain;
without one every row runs. Rows that ran before with the same sources are not run again.
The last line of output is JSON. The exit code is 0 only if nothing was lost that may not be, and if each negative
control did lose requests.

  --requests N     the least requests of each row (default 20000)
  --per-second N   how many are sent each second, to each address of a row (default 100)
  --at-once N      how many rows run at once, each on a CLB of its own (default 3)
  --state FILE     what has run (default .cache/prove/results.jsonl)
  --page FILE      the page to write, with a picture beside it (default .cache/prove/proof.md)
  --again          also runs what has run
  --report         runs nothing: writes the page of what ran last
  --list           prints the names of the rows`;

export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'prove';
      readonly words: readonly string[];
      readonly requests: number;
      readonly perSecond: number;
      readonly atOnce: number;
      readonly state: string;
      readonly page: string;
      readonly isAgain: boolean;
      readonly isReport: boolean;
    };

const options = {
  requests: { type: 'string' },
  'per-second': { type: 'string' },
  'at-once': { type: 'string' },
  state: { type: 'string' },
  page: { type: 'string' },
  again: { type: 'boolean' },
  report: { type: 'boolean' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export function parseCommandLine(args: readonly string[]): Asked {
  const { values, positionals } = parseOptions({ args: [...args], options, allowPositionals: true });
  if (values.help === true) return { kind: 'help' };
  if (values.list === true) return { kind: 'list' };
  return {
    kind: 'prove',
    words: positionals,
    requests: wholeNumber('--requests', values.requests ?? '20000'),
    perSecond: wholeNumber('--per-second', values['per-second'] ?? '100'),
    atOnce: wholeNumber('--at-once', values['at-once'] ?? '3'),
    state: values.state ?? '.cache/prove/results.jsonl',
    page: values.page ?? '.cache/prove/proof.md',
    isAgain: values.again === true,
    isReport: values.report === true,
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`${name} is "${text}", expected a number from 1 to 9999999`);
  return Number(text);
}
