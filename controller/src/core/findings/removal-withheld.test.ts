import { expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, aTarget, clusterId } from '../../testing/builders.ts';
import { boundTargets, type BoundTarget } from '../model/observed.ts';
import type { Owner } from '../model/owner.ts';
import { listenerName } from '../plan/listener-name.ts';
import { releaseOf } from '../plan/release-removal.ts';
import { removalWithheld } from './removal-withheld.ts';

const web = anOwner();
const api = anOwner({ namespace: 'other', name: 'api' });
const observed = anObserved({
  listeners: [aListener(), aListener({ id: 'lbl-2', name: listenerName(clusterId, api.uid), port: 81 })],
  targets: [
    aTarget(),
    aTarget({ listenerId: 'lbl-2', ip: '10.0.9.8' }),
    aTarget({ listenerId: 'lbl-2', ip: '10.0.9.9' }),
  ],
});
const all = boundTargets(observed);
const plan = (withheld: readonly BoundTarget[], awaited: readonly BoundTarget[] = []) => ({ withheld, awaited });

test('Each owner on a CLB gets a finding about its own targets only, and how to let them go.', () => {
  const [mine, theirs] = [all.slice(0, 1), all.slice(1)];
  const said = (owner: Owner) => removalWithheld(owner, plan(all), observed)?.message;
  expect(said(web)).toContain(': 1 targets stay on');
  expect(said(web)).toContain(' lbl-1/10.0.0.1:8080. They');
  expect(said(web)).toContain(
    `kubectl -n shop annotate service web clb-direct.io/release-removal=${releaseOf(mine)} --overwrite`,
  );
  expect(said(api)).toContain(': 2 targets stay on');
  expect(said(api)).toContain(' lbl-2/10.0.9.8:8080, lbl-2/10.0.9.9:8080. They');
  expect(said(api)).toContain(`-n other annotate service api clb-direct.io/release-removal=${releaseOf(theirs)} `);
});

test('An owner none of whose targets is withheld gets no finding.', () => {
  const others = all.filter(({ listenerId }) => listenerId === 'lbl-2');
  expect(removalWithheld(web, plan(others), observed)).toBeUndefined();
  expect(removalWithheld(web, plan([]), observed)).toBeUndefined();
});

test('Nothing is told while the replacements of all are on their way.', () => {
  expect(removalWithheld(api, plan(all, all), observed)).toBeUndefined();
  expect(removalWithheld(api, plan(all, all.slice(0, 2)), observed)?.message).toContain(': 2 targets stay on');
});
