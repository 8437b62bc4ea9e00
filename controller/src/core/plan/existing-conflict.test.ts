import { expect, test } from '@jest/globals';
import { aBinding, aListener, anObserved } from '../../testing/builders.ts';
import { whyNotUsable } from './existing-conflict.ts';
import { listenerName } from './listener-name.ts';

const rule = { locationId: 'loc-1', domain: 'a.example', url: '/', settings: {} };
const observed = anObserved({
  listeners: [
    aListener({ id: 'lbl-tcp', name: 'theirs' }),
    aListener({ id: 'lbl-udp', name: 'theirs', protocol: 'UDP' }),
    aListener({ id: 'lbl-quic', name: 'theirs', protocol: 'QUIC', port: 81 }),
    aListener({ id: 'lbl-http', name: 'theirs', protocol: 'HTTP', port: 82, rules: [rule] }),
    aListener({ id: 'lbl-ours', port: 83 }),
    aListener({ id: 'lbl-cluster', name: listenerName('cls-other', 'uid'), port: 84 }),
  ],
});
const udp = aBinding({ backends: { ...aBinding().backends, protocol: 'UDP' } });
const verdict = (listenerId: string, locationId?: string, binding = aBinding()) =>
  whyNotUsable({ ...binding, existing: { listenerId, locationId } }, observed);

test('A listener or rule that fits is used', () => {
  expect(verdict('lbl-tcp')).toBeUndefined();
  expect(verdict('lbl-http', 'loc-1')).toBeUndefined();
  expect(verdict('lbl-udp', undefined, udp)).toBeUndefined();
  expect(verdict('lbl-quic', undefined, udp)).toBeUndefined();
  expect(verdict('lbl-quic')).toBeUndefined();
});

test.each([
  ['lbl-none', undefined, 'ListenerNotFound', 'lb-one has no listener lbl-none'],
  ['lbl-http', 'loc-9', 'ListenerNotFound', 'lb-one has no rule loc-9 at listener lbl-http'],
  [
    'lbl-http',
    undefined,
    'ListenerNotUsable',
    'it is an HTTP listener; name one of its rules: "lbl-http/loc-a1b2c3d4"',
  ],
  ['lbl-tcp', 'loc-1', 'ListenerNotUsable', 'which has no rules; write "lbl-tcp"'],
  ['lbl-udp', undefined, 'ListenerNotUsable', "it is a UDP listener, and the port's protocol is TCP"],
  ['lbl-ours', undefined, 'ListenerNotUsable', 'clb-direct made it for one object'],
  ['lbl-cluster', undefined, 'ListenerNotUsable', 'clb-direct made it for one object'],
])('%s %p is not: %s', (listenerId, locationId, reason, problem) => {
  const finding = verdict(listenerId, locationId);
  expect(finding).toMatchObject({ severity: 'Warning', reason });
  expect(finding?.message).toContain(problem);
  expect(finding?.message).toContain('Annotation clb-direct.io/existing-listeners, port TCP/80: ');
});

test('A TCP listener does not fit a UDP port', () => {
  expect(verdict('lbl-tcp', undefined, udp)?.reason).toBe('ListenerNotUsable');
});
