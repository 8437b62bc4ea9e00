import { expect, test } from '@jest/globals';
import { commonReasons, controllerReasons, webhookReasons } from '@clb-direct/shared/domain/finding.ts';
import { gateReason } from '@clb-direct/shared/domain/gate.ts';
import { quotedIn, readTable } from './read-table.ts';

const sorted = (reasons: readonly string[]) => reasons.toSorted();

test('Every reason of an event has its own row in docs/operations.md, and no other row is there.', () => {
  const rows = readTable('operations.md', '## Events').flatMap(([reason = '']) => quotedIn(reason));
  expect(sorted(rows)).toEqual(sorted([...controllerReasons, ...webhookReasons, ...commonReasons]));
});

test("Every reason of the gate's condition has its own row in docs/operations.md, and no other row is there.", () => {
  const rows = readTable('operations.md', "## The gate's condition").flatMap(([, reason = '']) => quotedIn(reason));
  expect(sorted(rows)).toEqual(sorted(Object.values(gateReason)));
});
