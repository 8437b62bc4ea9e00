import { expect, test } from '@jest/globals';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { aBinding, webOwner } from '../../testing/builders.ts';
import { conflictFindings } from './conflict-findings.ts';

const other = { ...webOwner, name: 'api', uid: 'uid-api' };
const conflict = (port: number, owner = webOwner, reason: Finding['reason'] = 'ListenerConflict') => {
  const finding: Finding = { severity: 'Warning', reason, message: `Port ${port} is held by another.` };
  return { binding: aBinding({ owner, place: { protocol: 'TCP', port } }), finding };
};
const told = (...conflicts: readonly ReturnType<typeof conflict>[]) =>
  conflictFindings(conflicts).map(({ owner, finding }) => `${owner.name}: ${finding.reason} ${finding.message}`);

test('Of hundreds of places that others have each owner hears once, with what is wrong with the first.', () => {
  const ports = Array.from({ length: 300 }, (_, at) => conflict(1001 + at));
  const first = 'Port 1001 is held by another. 299 more not made: TCP/1002, TCP/1003, TCP/1004, TCP/1005, TCP/1006, ….';
  expect(told(...ports, conflict(80, other))).toEqual([
    `web: ListenerConflict ${first}`,
    'api: ListenerConflict Port 80 is held by another.',
  ]);
});

test('Another reason is told apart.', () => {
  expect(told(conflict(80), conflict(81, webOwner, 'LoadBalancerNotAllowed'))).toEqual([
    'web: ListenerConflict Port 80 is held by another.',
    'web: LoadBalancerNotAllowed Port 81 is held by another.',
  ]);
});
