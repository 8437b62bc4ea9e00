import { expect, test } from '@jest/globals';
import {
  aListener,
  anObserved,
  anOwner,
  aPod,
  aPort,
  claimOf,
  clusterId,
  someFacts,
  targetRules,
} from '../../testing/builders.ts';
import { isPodBinding, selects } from '../model/binding.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { PodView } from '../model/pod-view.ts';
import { listenerName } from '../plan/listener-name.ts';
import { planChanges } from '../plan/plan.ts';
import { balancerFindings } from './balancer-findings.ts';

const web = anOwner();
const api = anOwner({ name: 'api', selector: { app: 'api' }, ports: [aPort({ port: 81 })] });
const ungated = { gate: 'absent', ungated: true } as const;
const pods = [
  aPod({ name: 'web-1', ...ungated }),
  aPod({ name: 'api-1', labels: { app: 'api' }, ip: '10.0.0.2', ...ungated }),
];
const listeners = [aListener(), aListener({ id: 'lbl-2', port: 81, name: listenerName(clusterId, 'uid-api') })];

/** The names of the owners, and what each of them should know. */
function found(owners: readonly OwnerView[], standing: typeof listeners, all: readonly PodView[] = pods) {
  const claims = owners.map(claimOf);
  const observed = anObserved({ listeners: standing });
  const findings = balancerFindings({
    scope: { claims, pending: [], releases: new Map(), owners },
    observed,
    plan: planChanges(someFacts({ claims, observed })),
    missing: new Map(),
    podsOf: (binding) => all.filter((pod) => isPodBinding(binding) && selects(binding.backends.selector, pod)),
    rules: targetRules,
    gate: { type: 'example.com/gate', optOutAnnotation: 'example.com/opt-out' },
    vpcId: 'vpc-1',
  });
  return findings.map(({ owner, finding: { reason, message } }) => [owner.name, reason, message]);
}

test('Of pods without a gate each owner hears only about its own.', () => {
  expect(found([web, api], listeners)).toEqual([
    ['web', 'TargetsWithoutGate', expect.stringMatching(/^1 of 1 pods .* \(web-1\)/)],
    ['api', 'TargetsWithoutGate', expect.stringMatching(/^1 of 1 pods .* \(api-1\)/)],
  ]);
});

test.each([
  ['web', listeners.slice(0, 1)],
  ['api', listeners.slice(1)],
])('While only the place of %s stands, the other owner hears nothing.', (name, standing) => {
  expect(found([web, api], standing)).toEqual([[name, 'TargetsWithoutGate', expect.anything()]]);
});

test('Of pods none of which fits only the owner that selects them hears.', () => {
  const [one, other] = pods.map((pod) => ({ ...pod, ungated: false }));
  const all = [{ ...one, hostNetwork: true }, other] as readonly PodView[];
  expect(found([web, api], listeners, all)).toEqual([['web', 'NoPodFits', expect.anything()]]);
});
