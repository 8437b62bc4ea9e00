import { expect, test } from '@jest/globals';
import { clbId, webOwner } from '../testing/builders.ts';
import { FakeClb } from '../testing/fake-clb.ts';
import { createLoadBalancer } from '../testing/steps.ts';
import { fenced } from './fenced.ts';

test('without the Lease reads go on and writes do not', async () => {
  const clb = new FakeClb();
  clb.addLoadBalancer(clbId);
  let isHeld = true;
  const port = fenced(clb, () => isHeld);
  const { signal } = new AbortController();
  const about = { owners: [], reason: 'wanted', settings: {} } as const;
  const place = { protocol: 'TCP', port: 80 } as const;
  const rule = { ...about, place: { ...place, domain: '', url: '/' }, listenerId: 'lbl-1' } as const;
  await port.createListeners(clbId, [{ ...about, kind: 'create-listener', name: 'n', place }], signal);
  isHeld = false;
  const writes = [
    port.createLoadBalancer(createLoadBalancer(), 't', signal),
    port.modifyLoadBalancer(clbId, {}, signal),
    port.deleteLoadBalancer(clbId, signal),
    port.createListeners(clbId, [], signal),
    port.modifyListener(clbId, { ...about, kind: 'modify-listener', place, listenerId: 'lbl-1' }, signal),
    port.deleteListener(clbId, 'lbl-1', signal),
    port.createRules(clbId, [], signal),
    port.modifyRule(clbId, { ...rule, kind: 'modify-rule', locationId: 'loc-1' }, signal),
    port.deleteRules(clbId, [], signal),
    port.createRedirects(clbId, [], signal),
    port.deleteRedirects(clbId, [], signal),
    port.setCertificates(
      clbId,
      { ...rule, kind: 'set-certificates', certificates: { mode: 'UNIDIRECTIONAL', ids: [] } },
      signal,
    ),
    port.createSecurityGroup({ owner: webOwner, policies: [] }, 'c', signal),
    port.setSecurityPolicies('sg-1', [], signal),
    port.deleteSecurityGroup('sg-1', signal),
    port.register(clbId, [], signal),
    port.deregister(clbId, [], signal),
    port.setWeight(clbId, [], signal),
  ];
  for (const { status } of await Promise.allSettled(writes)) expect(status).toBe('rejected');
  expect(await port.describeListeners(clbId, signal)).toHaveLength(1);
  expect((await port.describeLoadBalancer(clbId, signal))?.id).toBe(clbId);
  expect(await port.describeTargets(clbId, ['lbl-1'], signal)).toEqual([]);
  expect(await port.describeHealth(clbId, signal)).toEqual([]);
});
