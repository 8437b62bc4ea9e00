import { expect, test } from '@jest/globals';
import { kinds } from '@clb-direct/controller/clb/error-kinds.ts';
import { CloudError, type CloudErrorKind } from '@clb-direct/controller/core/model/cloud-error.ts';
import { cloudTrouble } from '@clb-direct/controller/core/model/cloud-trouble.ts';
import { pauseAfter } from '@clb-direct/controller/core/plan/pauses.ts';
import { quotedIn, readTable } from './read-table.ts';

const rows = readTable('operations.md', '## What an error of the CLB API does');

test('Every error code that the controller knows stands in docs/operations.md, with its class.', () => {
  const written = rows.flatMap(([kind = '', , codes = '']) => quotedIn(codes).map((code) => [code, kind] as const));
  const known = written.filter(([code]) => !['InOperating', 'IncorrectStatus'].includes(code));
  const byText = (a: readonly string[], b: readonly string[]) => a.join().localeCompare(b.join());
  // InvalidParameter also stands with the texts that say "gone".
  expect(known.filter((one) => one.join() !== 'InvalidParameter,gone').toSorted(byText)).toEqual(
    [...kinds].toSorted(byText),
  );
});

test.each(rows)('The class %s has the event and the longest pause that stand there.', (kind, event, ...[, , pause]) => {
  const error = new CloudError('no', { kind: kind as CloudErrorKind, code: 'X', action: 'X' });
  expect(event).toBe(`\`${cloudTrouble(error).reason}\``);
  expect(pause).toBe(`${pauseAfter(error.kind, 20, 1) / 1_000} s`);
});
