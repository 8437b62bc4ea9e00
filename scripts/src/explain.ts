import { UnfitMachine } from '@clb-direct/cluster/checks/all.ts';
import * as commandLine from '@clb-direct/shared/runtime/command-line/run-command.ts';

/** As for every command; a machine that cannot run a cluster is explained by all that it lacks, one line each. */
export function explain(error: unknown, program: string): commandLine.Explanation {
  if (!(error instanceof UnfitMachine)) return commandLine.explain(error, program);
  return { lines: error.problems.map((problem) => `${program}: ${problem}`), code: 1 };
}
