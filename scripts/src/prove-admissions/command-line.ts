import { parseOptions, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

export const usage = `Usage: ./scripts/prove-admissions [--policy Fail|Ignore|both] [--rounds N]

Creates pods at a steady rate through a real API server while certificates rotate, registrations are deleted and
replicas of the webhook die, and counts the admissions that were lost, from the API server's own audit log too.
Runs on a Kubernetes of its own. Prints a table, and as its last line the same figures as JSON. The exit code is 0
only if nothing was lost, and if the negative control did lose admissions.

  --policy POLICY   the webhook's failurePolicy (default: both, one after the other)
  --rounds N        how often each case is run (default 3)`;

const policies = { Fail: ['Fail'], Ignore: ['Ignore'], both: ['Fail', 'Ignore'] } as const;

/** What the command line asks for. */
export type Asked =
  { readonly kind: 'help' } | { readonly kind: 'prove'; readonly policies: readonly string[]; readonly rounds: number };

const options = {
  policy: { type: 'string' },
  rounds: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export function parseCommandLine(args: readonly string[]): Asked {
  const { help, policy = 'both', rounds = '3' } = parseOptions({ args: [...args], options }).values;
  if (help === true) return { kind: 'help' };
  if (!isPolicy(policy)) throw new UsageError(`--policy is "${policy}", expected Fail, Ignore or both`);
  if (!/^[1-9]\d{0,2}$/.test(rounds)) throw new UsageError(`--rounds is "${rounds}", expected a number from 1 to 999`);
  return { kind: 'prove', policies: policies[policy], rounds: Number(rounds) };
}

const isPolicy = (text: string): text is keyof typeof policies => Object.hasOwn(policies, text);
