import { expect, test } from '@jest/globals';
import { toHealths, toListeners, toLoadBalancer, toTargets } from './read-codec.ts';

test('a load balancer keeps its addresses, and is usable only once it runs', () => {
  const found = {
    LoadBalancerId: 'lb-1',
    LoadBalancerName: 'web',
    LoadBalancerVips: ['198.51.100.10'],
    VpcId: 'vpc-1',
  };
  const answer = { LoadBalancerSet: [{ ...found, Status: 0, Domain: '', LoadBalancerDomain: null }], TotalCount: 1 };
  expect(toLoadBalancer('lb-1', answer)).toEqual({
    id: 'lb-1',
    name: 'web',
    vips: ['198.51.100.10'],
    domain: undefined,
    vpcId: 'vpc-1',
    usable: false,
  });
  const running = { ...found, LoadBalancerVips: [], LoadBalancerDomain: 'lb-1.clb.example.com', Status: 1 };
  expect(toLoadBalancer('lb-1', { LoadBalancerSet: [running] })).toMatchObject({
    vips: [],
    domain: 'lb-1.clb.example.com',
    usable: true,
  });
});

test('listeners of other owners are listed too', () => {
  const answer = {
    TotalCount: 2,
    Listeners: [
      { ListenerId: 'lbl-1', ListenerName: 'ours', Protocol: 'TCP', Port: 80, EndPort: 0, Rules: null },
      { ListenerId: 'lbl-2', ListenerName: 'site', Protocol: 'HTTPS', Port: 443, HealthCheck: null, Rules: [] },
    ],
  };
  expect(toListeners(answer)).toEqual([
    { id: 'lbl-1', name: 'ours', protocol: 'TCP', port: 80 },
    { id: 'lbl-2', name: 'site', protocol: 'HTTPS', port: 443 },
  ]);
});

test('targets stand on layer 4 listeners; null means none, as documented', () => {
  const backend = { Type: 'ENI', InstanceId: '', PublicIpAddresses: null, PrivateIpAddresses: ['10.64.0.7'], Port: 80 };
  const answer = {
    Listeners: [
      { ListenerId: 'lbl-1', Rules: null, Targets: [{ ...backend, Weight: 0, Tag: 'uid-1' }] },
      { ListenerId: 'lbl-2', Rules: null, Targets: [] },
      { ListenerId: 'lbl-3', Rules: [], Targets: null },
    ],
  };
  expect(toTargets(answer)).toEqual([{ listenerId: 'lbl-1', ip: '10.64.0.7', port: 80, weight: 0, tag: 'uid-1' }]);
});

test('a target without an address or weight is not guessed', () => {
  const listener = { ListenerId: 'lbl-1', Targets: [{ PrivateIpAddresses: null, Port: 80, Weight: 10 }] };
  expect(() => toTargets({ Listeners: [listener] })).toThrow('PrivateIpAddresses is missing');
});

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
