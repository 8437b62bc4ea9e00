import { UnfitMachine } from '@clb-direct/cluster/checks/all.ts';
import { UsageError } from '@clb-direct/cluster/usage-error.ts';

/** What people are told of an error, line by line, and the exit code that goes with it. */
export function explain(error: unknown, program: string): { readonly lines: readonly string[]; readonly code: number } {
  const named = (line: string) => `${program}: ${line}`;
  if (error instanceof UnfitMachine) return { lines: error.problems.map(named), code: 1 };
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof UsageError)) return { lines: [named(message)], code: 1 };
  // parseArgs of node:util adds advice of its own, which is about other cases than ours.
  const [first = ''] = message.split(/\.?\n|\. (?=To specify)/);
  return { lines: [named(`${first}; --help tells more`)], code: 2 };
}
