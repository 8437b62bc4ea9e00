import { expect, test } from '@jest/globals';
import { aBinding, aTarget } from '../../testing/builders.ts';
import { markedTag } from '../model/target-tag.ts';
import { targetConflicts } from './target-conflict.ts';

const binding = aBinding({ existing: { listenerId: 'lbl-a', locationId: 'loc-b' } });
const id = { listenerId: 'lbl-a', locationId: 'loc-b' };
const taken = (ip: string, tag: string | undefined) => ({
  binding,
  id,
  target: { ...aTarget({ ip, tag }), health: undefined },
});

test('One finding names the addresses, and who registered them', () => {
  const [found, ...more] = targetConflicts([
    taken('10.0.0.1', markedTag('cls-b', 'uid')),
    taken('10.0.0.2', ''),
    taken('10.0.0.3', 'team-c'),
  ]);
  expect(more).toEqual([]);
  expect(found?.owner.name).toBe('web');
  expect(found?.finding).toMatchObject({
    severity: 'Warning',
    reason: 'TargetConflict',
    repeat: { part: 'lbl-a/loc-b' },
  });
  expect(found?.finding.message).toMatch(/^Deregister these addresses of pods at lbl-a\/loc-b/);
  expect(found?.finding.message).toContain(
    '10.0.0.1:8080 (by CLUSTER_ID cls-b), 10.0.0.2:8080 (without a tag of clb-direct)',
  );
});

test('Nothing taken, nothing told', () => {
  expect(targetConflicts([])).toEqual([]);
});
