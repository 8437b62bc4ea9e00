import { expect, test } from '@jest/globals';
import { toHealths } from './target-health.ts';

test.each([
  [{ HealthStatusDetail: 'Alive', HealthStatus: true }, 'Alive'],
  [{ HealthStatusDetail: 'Dead', HealthStatus: false }, 'Dead'],
  [{ HealthStatusDetail: 'Unknown', HealthStatus: false }, 'Unknown'],
  [{ HealthStatusDetail: 'Close', HealthStatus: true }, 'Close'],
  [{ HealthStatusDetail: 'SomethingNew', HealthStatus: true }, 'Unknown'],
  [{ HealthStatusDetail: null, HealthStatus: true }, 'Alive'],
  [{ HealthStatus: false }, 'Unknown'],
])('health is read from the detail: %j is %s', (status, health) => {
  const rule = { LocationId: 'loc-1', Domain: null, Url: null, Targets: [{ IP: '10.64.0.7', Port: 80, ...status }] };
  const site = { LocationId: 'loc-2', Domain: 'example.com', Url: '/', Targets: [{ IP: '10.64.0.8', Port: 80 }] };
  const listener = { ListenerId: 'lbl-1', Protocol: 'TCP', Port: 80, Rules: [rule, site] };
  const answer = { LoadBalancers: [{ LoadBalancerId: 'lb-1', Listeners: [listener] }, { LoadBalancerId: 'lb-2' }] };
  expect(toHealths(answer)).toEqual([
    { loadBalancerId: 'lb-1', listenerId: 'lbl-1', ip: '10.64.0.7', port: 80, health },
  ]);
});

const healthsOf = (listener: object) =>
  toHealths({ LoadBalancers: [{ LoadBalancerId: 'lb-1', Listeners: [{ ListenerId: 'lbl-1', ...listener }] }] });
const Targets = [{ IP: '10.64.0.7', Port: 80, HealthStatusDetail: 'Dead' }];

test('health of rules names the rule, also of one for requests by address', () => {
  const Rules = [
    { LocationId: 'loc-1', Domain: 'example.com', Url: '/', Targets },
    { LocationId: 'loc-2', Domain: null, Url: '/', Targets },
    { LocationId: 'loc-3', Domain: 'example.com', Url: '/b', Targets: null },
  ];
  const seen = { loadBalancerId: 'lb-1', listenerId: 'lbl-1', ip: '10.64.0.7', port: 80, health: 'Dead' };
  expect(healthsOf({ Protocol: 'HTTP', Rules })).toEqual([
    { ...seen, locationId: 'loc-1' },
    { ...seen, locationId: 'loc-2' },
  ]);
});

test.each([
  { Protocol: 'HTTP', Rules: [{ LocationId: null, Domain: 'example.com', Url: '/', Targets }] },
  { Protocol: null, Rules: [{ LocationId: 'loc-1', Domain: 'example.com', Url: '/', Targets }] },
  { Protocol: 'TCP', Rules: [{ LocationId: 'loc-1', Targets: [{ IP: null, Port: 80, HealthStatusDetail: 'Alive' }] }] },
])('health that does not say of which target says nothing, and the rest is read: %j', (odd) => {
  const good = { ListenerId: 'lbl-2', Protocol: 'TCP', Rules: [{ LocationId: 'loc-9', Targets }] };
  const Listeners = [{ ListenerId: 'lbl-1', ...odd }, good];
  const healths = toHealths({ LoadBalancers: [{ LoadBalancerId: 'lb-1', Listeners }] });
  expect(healths.map(({ listenerId, health }) => `${listenerId} ${health}`)).toEqual(['lbl-2 Dead']);
});
