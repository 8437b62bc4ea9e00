import { expect, test } from '@jest/globals';
import { clbId, clusterId } from '../../testing/builders.ts';
import type { ListenerAnswer } from '../model/clb-port.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { unneededListeners } from './unneeded.ts';

const rule = { protocol: 'HTTP', port: 80, domain: 'a.com', url: '/' } as const;
const recorded = { kind: 'Ingress', namespace: 'shop', name: 'site', uid: 'uid-site', recordedAtMs: 0 } as const;
const record = {
  balancerId: clbId,
  owners: [{ ...recorded, places: ['HTTP/80'], rules: [rule], releasedAtMs: undefined }],
};
const listener = (group: string, about: Partial<ListenerAnswer> = {}): ListenerAnswer => {
  const name = listenerName(clusterId, group);
  return { id: 'lbl-1', name, protocol: 'HTTP', port: 81, settings: {}, rules: [], ...about };
};
const standing = [{ locationId: 'loc-1', domain: 'a.com', url: '/', settings: {} }];

test.each<[string, ListenerAnswer, boolean]>([
  ['of nobody', listener('uid-gone'), true],
  ['of an owner that is recorded', listener('uid-site'), false],
  ['of an owner that lives', listener('uid-web'), false],
  ['that others made', listener('uid-gone', { name: 'made-by-terraform' }), false],
  ['for rules, without any', listener(sharedGroup), true],
  ['for rules, without any, where one is recorded', listener(sharedGroup, { port: 80 }), false],
  [
    'for rules, without any, of another protocol than one that is recorded',
    { ...listener(sharedGroup), port: 80, protocol: 'HTTPS' },
    true,
  ],
  ['for rules, with one', listener(sharedGroup, { rules: standing }), false],
])('A listener %s is one that nobody needs, or not.', (_, one, isUnneeded) => {
  const known = { clusterId, record, uids: new Set(['uid-web']) };
  expect(unneededListeners([one], known)).toEqual(isUnneeded ? [one] : []);
});
