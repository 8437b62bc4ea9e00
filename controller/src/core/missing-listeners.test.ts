import { expect, test } from '@jest/globals';
import { aListener, aTarget, clbId, clusterId } from '../testing/builders.ts';
import { missingListeners } from './missing-listeners.ts';
import { emptySight, lacksListener, type Sight } from './sight.ts';
import { targetKey } from './target.ts';

const { name } = aListener();
const spec = { name, protocol: 'TCP' as const, port: 80 };
const before: Sight = { ...emptySight(clbId), listenerIds: new Map([['uid-web TCP/80', 'lbl-1']]) };
const nothing = { before: undefined, known: new Map<string, string>(), clusterId };
const key = `${name} TCP/80`;

test('A listener that is to be made is missing if it stood at the last look, until it is made.', () => {
  expect(missingListeners({ ...nothing, create: [spec], before })).toEqual(new Map([[key, 'lbl-1']]));
  const known = new Map([[key, 'lbl-1']]);
  expect(missingListeners({ ...nothing, create: [spec], known })).toEqual(known);
  expect(missingListeners({ ...nothing, create: [], before, known }).size).toBe(0);
});

test('A listener that never stood, of another port or Service, is not missing.', () => {
  expect(missingListeners({ ...nothing, create: [spec] }).size).toBe(0);
  const others = [
    { ...spec, port: 81 },
    { ...spec, protocol: 'UDP' as const },
    { ...spec, name: `${name}-2` },
  ];
  expect(missingListeners({ ...nothing, create: others, before }).size).toBe(0);
});

test('Silence about a listener counts only if its targets had a health before.', () => {
  const target = aTarget();
  const seen = (health: 'Alive' | undefined): Sight => ({
    ...emptySight(clbId),
    targets: new Map([[targetKey(target), { weight: 10, ownerUid: undefined, health }]]),
  });
  const other = { ...target, loadBalancerId: clbId, ip: '10.0.0.9', health: 'Dead' as const };
  expect(lacksListener(seen('Alive'), [])).toBe(true);
  expect(lacksListener(seen('Alive'), [{ ...other, listenerId: 'lbl-2' }])).toBe(true);
  expect(lacksListener(seen('Alive'), [other])).toBe(false);
  expect(lacksListener(seen(undefined), [])).toBe(false);
});
