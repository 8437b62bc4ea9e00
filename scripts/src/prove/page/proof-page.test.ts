import { expect, test } from '@jest/globals';
import type { ExplainedLoss, Result } from '../figures.ts';
import { rows } from '../rows.ts';
import { proofPage } from './proof-page.ts';

const loss: ExplainedLoss = {
  ...{ atMs: 1_795_000_000_000, connection: 'new', why: 'ECONNREFUSED', target: 'old-1 (10.0.0.1)' },
  ...{ phase: 'ending for 9 ms', cause: 'too late' },
};
const [control, row] = rows.filter(({ name }) => name === 'control/no-gate' || name === 'udp/rolling/none');
const result = (name = '', overrides: Partial<Result> = {}): Result => ({
  ...{ name, requests: 500, lost: 0, allowed: null, mustLose: false, rollouts: 1, seconds: 60, losses: [] },
  ...{ at: '2026-11-27T12:00:00.000Z', source: 'abc1234', failure: null },
  ...overrides,
});
const machine = { cores: 2, memoryGiB: 24, kernel: '6.18', node: '24.1.0' };
const results = [result(row?.name), result(control?.name, { lost: 7, mustLose: true, losses: [loss] })];
const page = proofPage({ rows, results, machine, picture: 'proof.svg' });

test('The page says where it ran, and each row that ran with its verdict.', () => {
  expect(page).toContain('Ran on 2 cores, 24 GiB, Linux 6.18, Node 24.1.0.');
  expect(page).toContain('Sources: abc1234.');
  expect(page).toContain('| `udp/rolling/none` | 0 | 500 | 1 | 2026-11-27T12:00 | passed |');
  expect(page).toContain('| `control/no-gate` | 7 | 500 | 1 | 2026-11-27T12:00 | loses, as it must |');
  expect(page).toContain('| `control/no-gate` | 2026-11-18T');
  expect(page).toContain('(proof.svg)');
});

test('A row that did not run stands only among those that did not.', () => {
  const [ran = '', notRun = ''] = page.split('## Not run');
  expect(ran).not.toContain('tcp/rolling/none');
  expect(notRun).toContain('`tcp/rolling/none`');
  expect(notRun).not.toContain('udp/rolling/none`');
});

test('A failure does not break the table.', () => {
  const broken = proofPage({
    rows,
    results: [result(row?.name, { failure: 'a | b\nc' })],
    machine,
    picture: undefined,
  });
  expect(broken).toContain('| failed: a   b c |');
});
