import { expect, test } from '@jest/globals';
import { aListener, anObserved, aTarget, clbId, clusterId } from '../../testing/builders.ts';
import { FakeCluster } from '../../testing/fake-cluster.ts';
import { aBackendService, anIngress, aPath } from '../../testing/ingress-builders.ts';
import type { TargetAnswer } from '../model/clb-port.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { readIngress } from '../sources/ingress/read-ingress.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { withTargetOwners } from './target-owners.ts';

const cluster = new FakeCluster();
cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
const shared = listenerName(clusterId, sharedGroup);
const rules = [{ locationId: 'loc-1', domain: 'a.com', url: '/', settings: {} }];
const place = { protocol: 'HTTP', port: 80, domain: 'a.com', url: '/' } as const;
const backend = {
  id: 'uid-web-1',
  ip: '10.0.0.1',
  port: 8080,
  weight: 10,
  state: 'ready',
  ownerUid: 'uid-site',
} as const;

interface Given {
  readonly name?: string;
  readonly target?: Partial<TargetAnswer>;
  readonly owner?: Partial<OwnerView>;
  readonly shows?: readonly string[];
  readonly path?: string;
  readonly recordedBy?: string;
}

function ownersOf({ name = shared, target = {}, owner = {}, shows = [clbId], path = '/', recordedBy }: Given) {
  const paths = [aPath({ host: 'a.com', path, pathType: 'Prefix' })];
  const facts = anIngress({ paths, recordedLoadBalancers: shows, hasFinalizer: true });
  const view = { ...readIngress(facts, cluster), ...owner };
  const observed = anObserved({
    listeners: [aListener({ name, protocol: 'HTTP', rules })],
    targets: [aTarget({ locationId: 'loc-1', ...target })],
    recordedRules: recordedBy === undefined ? [] : [{ place, ownerUids: [recordedBy] }],
  });
  const pending = [{ owner: view, bindings: view.bindings }];
  const backendsOf = () => ({ backends: [backend], isEmpty: false });
  const seen = withTargetOwners(observed, { clusterId, claims: [], pending, backendsOf });
  return seen.listeners.flatMap((listener) => listener.rules.flatMap(({ ownerUids }) => ownerUids));
}

test.each<[string, Given, readonly string[]]>([
  ['whose backend stands there', {}, ['uid-site']],
  ['whose backend had the address before', { target: { tag: 'uid-other' } }, []],
  ['whose backend stands there at another port', { target: { port: 9090 } }, []],
  ['at a target that a person registered', { target: { tag: '' } }, []],
  ['at a target of a cloud without tags', { target: { tag: undefined } }, []],
  ['whose annotation does not name the CLB', { shows: [] }, []],
  ['that has an entry without the rule', { owner: { recordedBalancers: [clbId] } }, []],
  ['that wants another path', { path: '/other' }, []],
  ['at a listener of another cluster', { name: listenerName('cls-other', sharedGroup) }, []],
  ['at a listener that a person made', { name: 'by hand' }, []],
  ['at a rule that the record of another one names', { recordedBy: 'uid-other' }, ['uid-other']],
])('Of an owner %s the rule is its own or not.', (_, given, expected) => {
  expect(ownersOf(given)).toEqual(expected);
});
