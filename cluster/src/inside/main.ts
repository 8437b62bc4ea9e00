import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bringUp } from './bring-up.ts';
import { createSupervisor } from './supervisor.ts';
import { clusterReportPath } from '../paths.ts';
import type { ComponentExit, Report } from '../report.ts';
import { addExit, describeExit, writeReport } from '../report.ts';
import type { ClusterSpec } from '../spec.ts';

/** The line on standard input that lets the cluster outlive its starter. */
const keepLine = 'keep';

// Ends when the starter is gone. Everything in the process namespace ends with us, because our parent is its init.
function endWithStarter(): void {
  let keep = false;
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => (keep ||= line === keepLine));
  lines.on('close', () => {
    if (!keep) process.exit(0);
  });
}

async function main(stateDir: string): Promise<void> {
  const startedAt = performance.now();
  const spec = JSON.parse(readFileSync(join(stateDir, 'spec.json'), 'utf8')) as ClusterSpec;
  const report: Report = { phase: 'starting', step: 'namespaces', exitCount: 0, exits: [] };
  const tell = (news: Partial<Report>) => {
    Object.assign(report, news);
    writeReport(clusterReportPath(stateDir), report);
  };
  const stop = new AbortController();
  const onExit = (exit: ComponentExit): number | undefined => {
    tell(addExit(report, exit));
    if (report.phase === 'ready') return 1000;
    stop.abort(new Error(describeExit(exit)));
    return undefined;
  };
  const supervisor = createSupervisor({ logDir: join(stateDir, 'logs'), onExit });
  endWithStarter();
  try {
    await bringUp({ spec, supervisor, step: (step) => tell({ step }), signal: stop.signal });
    tell({ phase: 'ready', readyAfterSeconds: (performance.now() - startedAt) / 1000, step: 'ready' });
  } catch (error) {
    const cause = stop.signal.aborted ? (stop.signal.reason as unknown) : error;
    tell({ phase: 'failed', problem: cause instanceof Error ? cause.message : String(cause) });
    process.exit(1);
  }
}

await main(process.argv[2] ?? '');
