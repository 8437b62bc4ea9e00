import { describe, expect, test } from '@jest/globals';
import { toTargets } from './targets.ts';

const backend = { Type: 'ENI', InstanceId: '', PublicIpAddresses: null, PrivateIpAddresses: ['10.64.0.7'], Port: 80 };

test('targets stand on layer 4 listeners; null means none, as documented', () => {
  const answer = {
    Listeners: [
      { ListenerId: 'lbl-1', Rules: null, Targets: [{ ...backend, Weight: 0, Tag: 'uid-1' }] },
      { ListenerId: 'lbl-2', Rules: null, Targets: [] },
      { ListenerId: 'lbl-3', Rules: [], Targets: null },
    ],
  };
  expect(toTargets(answer)).toEqual([{ listenerId: 'lbl-1', ip: '10.64.0.7', port: 80, weight: 0, tag: 'uid-1' }]);
});

test('an IPv6 address is read in the spelling that pods have it in', () => {
  const ipv6 = { ...backend, PrivateIpAddresses: ['2001:DB8:0:0::7'], Weight: 10 };
  const [target] = toTargets({ Listeners: [{ ListenerId: 'lbl-1', Targets: [ipv6] }] });
  expect(target?.ip).toBe('2001:db8::7');
});

test('a target without an address or weight is not guessed', () => {
  const listener = { ListenerId: 'lbl-1', Targets: [{ PrivateIpAddresses: null, Port: 80, Weight: 10 }] };
  expect(() => toTargets({ Listeners: [listener] })).toThrow('PrivateIpAddresses is missing');
});

describe('targets of rules', () => {
  const aListener = { ListenerId: 'lbl-1', Protocol: 'HTTPS', Targets: null };
  const target = { ...backend, Weight: 10, Tag: '' };

  test('stand at their rule', () => {
    const Rules = [
      { LocationId: 'loc-1', Domain: 'example.com', Url: '/', Targets: [target], FunctionTargets: null },
      { LocationId: 'loc-2', Domain: 'example.com', Url: '/b', Targets: null },
    ];
    expect(toTargets({ Listeners: [{ ...aListener, Rules }] })).toEqual([
      { listenerId: 'lbl-1', locationId: 'loc-1', ip: '10.64.0.7', port: 80, weight: 10, tag: undefined },
    ]);
  });

  test.each([
    [{ ...aListener }, 'listener lbl-1 has no Rules'],
    [{ ...aListener, Rules: [{ LocationId: 'loc-1' }] }, 'loc-1 has no Targets'],
    [{ ...aListener, Rules: [{ LocationId: null, Targets: [target] }] }, 'LocationId is missing'],
  ])('that do not come as documented are an error: %j', (listener, message) => {
    expect(() => toTargets({ Listeners: [listener] })).toThrow(message);
  });
});

test.each([
  ['CVM', 'ins-1', 'ins-1'],
  ['CVM', '', undefined],
  ['CVM', null, undefined],
  ['ENI', 'ins-1', undefined],
  [null, 'ins-1', undefined],
])('a target of type %s and instance %s is the node %s', (Type, InstanceId, instanceId) => {
  const target = { ...backend, Type, InstanceId, Weight: 10 };
  expect(toTargets({ Listeners: [{ ListenerId: 'lbl-1', Targets: [target] }] })[0]?.instanceId).toBe(instanceId);
});
